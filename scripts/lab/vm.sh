#!/bin/bash
# Two small QEMU guests for what the host kernel may lack: real kernel ESP, AH, IPComp and netem.
# Debian cloud kernel; libreswan 4.10 and strongSwan 5.9.8 side by side in the guests.
#
#   vm.sh build         make kernel, initramfs and root image in the cache (two to three minutes, Debian packages only)
#   vm.sh image         the same, and print the path of the root image
#   vm.sh clean         remove the cache
#
# lib.sh sources this file for vm_up, vm_down, vm_exec (same topology as the namespaces:
# guest i -- router namespace m -- guest r; a second NIC carries the control shell, so captures stay clean).
VM_CACHE=${VPNDOCTOR_LAB_CACHE:-/var/tmp/vpndoctor-lab}
VM_IMAGE=5 # raise when the recipe below changes
VM_DIR=$VM_CACHE/vm-$VM_IMAGE
VM_ACCEL=${VPNDOCTOR_LAB_ACCEL:-tcg}
VM_PACKAGES=libreswan,iproute2,iputils-ping,tcpdump,kmod,nftables,procps,socat,libnss3-tools,netbase
SWAN_PACKAGES=(libstrongswan libstrongswan-standard-plugins libstrongswan-extra-plugins strongswan-libcharon
  charon-systemd strongswan-swanctl libcharon-extra-plugins libcharon-extauth-plugins
  libgmp10 libtss2-sys1 libtss2-esys-3.0.2-0 libtss2-mu0 libcap2 libgcrypt20 libgpg-error0)

vm_built() { [ -e "$VM_DIR/root.img" ] && [ -e "$VM_DIR/initrd.gz" ] && [ -e "$VM_DIR/vmlinuz" ]; }

vm_build() (
  set -euo pipefail
  mkdir -p "$VM_CACHE"
  exec 9>"$VM_CACHE/lock"; flock 9
  if vm_built; then exit 0; fi
  rm -rf "$VM_DIR.part"; mkdir -p "$VM_DIR.part"; cd "$VM_DIR.part"
  trap 'echo "the guest image was not built" >&2; rm -rf "$VM_DIR.part"' EXIT
  echo "building the guest image in $VM_DIR (once)" >&2
  local mirror kernel version d
  mirror=$(apt-get indextargets --format '$(REPO_URI) $(CODENAME)' | awk '$2 == "bookworm" {print $1; exit}')

  kernel=$(apt-cache depends linux-image-cloud-amd64 | awk '/Depends: linux-image-6/ {print $2}')
  mkdir debs kern
  (cd debs && apt-get -qq download "$kernel" 2>/dev/null && dpkg -x linux-image-*.deb ../kern && rm -f ./*.deb)
  version=$(ls kern/lib/modules)
  cp kern/boot/vmlinuz-* vmlinuz

  # debootstrap cannot resolve libreswan's virtual dependency "host" and stops before configuring: finish by hand.
  debootstrap --variant=minbase --include=$VM_PACKAGES bookworm rootfs "$mirror" >debootstrap.log 2>&1 || true
  chroot rootfs dpkg --configure --force-depends -a >>debootstrap.log 2>&1 || true
  [ -x rootfs/usr/sbin/ipsec ] || { tail -n 20 debootstrap.log >&2; exit 1; }
  # strongSwan conflicts with libreswan as a package, not as files: unpack only (dpkg -x would replace the /lib symlink).
  (cd debs && apt-get -qq download "${SWAN_PACKAGES[@]}" 2>/dev/null)
  for d in debs/*.deb; do dpkg --fsys-tarfile "$d" | tar -x --keep-directory-symlink -C rootfs; done

  mkdir -p "rootfs/lib/modules/$version"
  (cd "kern/lib/modules/$version" &&
    tar -c modules.* kernel/net kernel/crypto kernel/lib kernel/arch kernel/drivers/virtio \
      kernel/drivers/net/{virtio_net,dummy,veth,tun,net_failover}.ko kernel/drivers/block/virtio_blk.ko) |
    tar -x -C "rootfs/lib/modules/$version"
  chroot rootfs depmod "$version"
  vm_guest_init >rootfs/lab-init; chmod +x rootfs/lab-init
  rm -rf rootfs/var/cache/apt rootfs/var/lib/apt/lists rootfs/usr/share/{doc,man,locale}
  truncate -s 700M root.img; mke2fs -q -t ext4 -d rootfs root.img

  mkdir -p ird/{bin,dev,proc,m,n}; cp /usr/bin/busybox ird/bin/
  find kern \( -name virtio.ko -o -name virtio_ring.ko -o -name 'virtio_pci*.ko' -o -name virtio_blk.ko \) -exec cp {} ird/m/ \;
  cat >ird/init <<'I'
#!/bin/busybox sh
/bin/busybox mount -t devtmpfs d /dev; /bin/busybox mount -t proc p /proc
cd /m; for i in 1 2 3 4; do for m in *.ko; do /bin/busybox insmod $m 2>/dev/null; done; done
i=0; while [ ! -b /dev/vda ] && [ $i -lt 50 ]; do /bin/busybox sleep 0.1; i=$((i+1)); done
/bin/busybox mount -t ext4 /dev/vda /n && exec /bin/busybox switch_root /n /lab-init
I
  chmod +x ird/init; (cd ird && find . | cpio -o -H newc --quiet | gzip) >initrd.gz
  rm -rf rootfs kern ird debs
  trap - EXIT; rm -rf "$VM_DIR"; mv "$VM_DIR.part" "$VM_DIR"
)

vm_guest_init() {
  cat <<'I'
#!/bin/bash
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
mount -t proc p /proc; mount -t sysfs s /sys; mount -t tmpfs t /run; mount -t tmpfs t /tmp
mount -t devtmpfs d /dev 2>/dev/null; mkdir -p /dev/pts /run/lock /run/pluto; mount -t devpts d /dev/pts
for m in virtio_net xfrm_user esp4 ah4 ipcomp esp6 ah6 xfrm4_tunnel dummy af_key deflate authenc echainiv seqiv cbc des_generic aesni_intel gcm ccm chacha20poly1305 sch_netem tun; do modprobe $m 2>/dev/null; done
arg() { sed -n "s/.*lab_$1=\([^ ]*\).*/\1/p" /proc/cmdline; }
hostname "$(arg name)"; ip link set lo up
ip addr add "$(arg addr)" dev eth0; ip link set eth0 up; ip route add default via "$(arg gw)"
ip addr add "$(arg ctl)" dev eth1; ip link set eth1 up
ip link add d0 type dummy; ip addr add "$(arg inner)" dev d0; ip link set d0 up
sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.eth0.disable_ipv6=1 net.ipv6.conf.eth1.disable_ipv6=1
for f in /proc/sys/net/ipv4/conf/*/{send_redirects,accept_redirects,rp_filter}; do echo 0 >$f; done
# The first use of an algorithm tests it, for seconds under emulation, and IKE would retransmit meanwhile: use each once.
w() { ip xfrm state add src 127.0.0.1 dst 127.0.0.1 proto "$1" spi $((n = n + 1 + 4096)) mode tunnel "${@:2}"; }
n=0; h32=$(printf '0a%.0s' {1..32}) h16=${h32:0:32} h20=${h32:0:40} h36=$h32${h32:0:8}
w esp enc 'cbc(aes)' 0x$h16 auth-trunc 'hmac(sha256)' 0x$h32 128; w esp enc 'cbc(aes)' 0x$h16 auth-trunc 'hmac(sha1)' 0x$h20 96
w esp enc 'cbc(des3_ede)' 0x${h16}0b0b0b0b0b0b0b0b auth-trunc 'hmac(md5)' 0x$h16 96; w esp aead 'rfc4106(gcm(aes))' 0x$h36 128
w ah auth-trunc 'hmac(sha256)' 0x$h32 128; w ah auth-trunc 'hmac(sha1)' 0x$h20 96; w comp comp deflate
ip xfrm state flush
echo LAB-READY >/dev/ttyS0
while :; do socat -t 600 TCP-LISTEN:7777,reuseaddr,fork EXEC:'bash -s',stderr; done
I
}

# vm_boot WHO ADDR GW CTL INNER: one guest, its eth0 on tap t-WHO and its eth1 on tap c-WHO of namespace m.
# VM_DRIVE: a file system that the guest may read as /dev/vdb.
vm_boot() {
  local who=$1 mac drive=()
  [ -z "${VM_DRIVE:-}" ] || drive=(-drive "file=$VM_DRIVE,if=virtio,format=raw,readonly=on")
  mac=$([ "$who" = i ] && echo 01 || echo 02)
  local off=csum=off,gso=off,host_tso4=off,guest_tso4=off,guest_csum=off
  bg "qemu-$who" ip netns exec "$NS-m" qemu-system-x86_64 -accel "$VM_ACCEL" -cpu max -m "${VM_RAM:-384}" -smp "${VM_CPUS:-1}" -display none -no-reboot \
    -kernel "$VM_DIR/vmlinuz" -initrd "$VM_DIR/initrd.gz" \
    -append "console=ttyS0 quiet panic=-1 no_timer_check net.ifnames=0 lab_name=$who lab_addr=$2 lab_gw=$3 lab_ctl=$4 lab_inner=$5 end" \
    -drive "file=$VM_DIR/root.img,if=virtio,format=raw,snapshot=on" "${drive[@]}" -serial "file:$TMP/qemu-$who.log" \
    -netdev "tap,id=n0,ifname=t-$who,script=no,downscript=no" -device "virtio-net-pci,netdev=n0,mac=02:00:00:00:00:$mac,$off" \
    -netdev "tap,id=n1,ifname=c-$who,script=no,downscript=no" -device "virtio-net-pci,netdev=n1,mac=02:00:00:00:01:$mac"
}

# A busy machine can make an emulated kernel miss its timers and panic while it boots: hence the second try above.
vm_boot_both() {
  vm_boot i $ADDR_I/24 $GW_I 10.255.0.1/24 $INNER_I/24
  vm_boot r $ADDR_R/24 $GW_R 10.255.0.2/24 $INNER_R/24
  wait_for 150 vm_ready_or_dead && vm_ready
}
vm_stop() { stop qemu-i; stop qemu-r; rm -f "$TMP"/qemu-?.log; }
vm_ready_or_dead() { vm_ready || ! kill -0 "$(pid_of qemu-i)" || ! kill -0 "$(pid_of qemu-r)"; }
vm_ready() { grep -q LAB-READY "$TMP/qemu-i.log" && grep -q LAB-READY "$TMP/qemu-r.log"; }

vm_up() {
  "$LAB/vm.sh" build || return 1 # a process of its own, so that set -e holds
  local w
  for w in i r; do
    ns m ip tuntap add dev "t-$w" mode tap
    ns m ip tuntap add dev "c-$w" mode tap
  done
  ns m ip addr add $GW_I/24 dev t-i; ns m ip link set t-i up
  ns m ip addr add $GW_R/24 dev t-r; ns m ip link set t-r up
  ns m ip link add c0 type bridge; ns m ip addr add 10.255.0.254/24 dev c0; ns m ip link set c0 up
  for w in i r; do ns m ip link set "c-$w" master c0 up; done
  vm_boot_both || { vm_stop; vm_boot_both; } || { echo 'a guest did not boot, twice; the end of their serial logs:' >&2; tail -n 5 "$TMP"/qemu-?.log >&2; return 1; }
}

# vm_exec i|r COMMAND: run it in the guest with stdin closed; prints stdout and stderr, last line of output is the status.
vm_exec() {
  local addr out rc
  addr=10.255.0.$([ "$1" = i ] && echo 1 || echo 2); shift
  out=$(printf 'f=$(mktemp); base64 -d >$f <<<%s; bash $f </dev/null 2>&1; echo "rc=$?"; rm $f; exit\n' "$(printf '%s' "$*" | base64 -w0)" |
    timeout "${VM_TIMEOUT:-240}" ip netns exec "$NS-m" socat -t 2 STDIO,ignoreeof "TCP:$addr:7777,retry=30,interval=0.3")
  rc=${out##*rc=}; printf '%s' "${out%rc=*}"
  return "${rc:-1}"
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
  case ${1:-} in
    build) vm_build ;;
    image) vm_build && echo "$VM_DIR/root.img" ;;
    clean) rm -rf "$VM_CACHE" ;;
    *) sed -n '2,12p' "$0" ;;
  esac
fi
