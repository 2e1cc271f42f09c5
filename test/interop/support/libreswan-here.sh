#!/bin/bash
# libreswan-here.sh DRIVER OUT: runs DRIVER, a bash script, on this machine's own processor, over the files of the lab's guest (libreswan
# 4.10), in namespaces of its own that are gone at the end; what it leaves in $OUT there is in the folder OUT. Root.
# There: $VPNDOCTOR (with its Node), `ipsec verify` (with the Python of this machine), $OUT, eth0 and d0 as in the guest.
#   NODE, APP    the node program, and the folder with bin, dist, node_modules and package.json
set -eu
if [ -z "${VPNDOCTOR_INSIDE:-}" ]; then
  image=$("$(dirname "$0")/../../../scripts/lab/vm.sh" image)
  VPNDOCTOR_INSIDE=$image exec unshare -m -n -p --fork --kill-child bash "$0" "$@"
fi
driver=$(realpath "$1") out=$(realpath "$2") app=$(realpath "$APP") node=$(realpath "$NODE") python=$(realpath /usr/bin/python3)

# ---- the files: those of the guest, with everything written kept in memory ----------------------------------------
mount --make-rprivate /
mount -t tmpfs tmpfs /mnt
mkdir /mnt/{lower,upper,work,root,out}
mount --bind "$out" /mnt/out
mount -o loop,ro,noload "$VPNDOCTOR_INSIDE" /mnt/lower
mount -t overlay overlay -o lowerdir=/mnt/lower,upperdir=/mnt/upper,workdir=/mnt/work /mnt/root
root=/mnt/root
mount -t proc proc $root/proc
mount -t sysfs sysfs $root/sys
mount -t tmpfs tmpfs $root/run
mount -t tmpfs tmpfs $root/tmp
mount --rbind /dev $root/dev
mkdir -p $root/run/{pluto,lock,app,out}
mount --bind "$app" $root/run/app
mount --bind /mnt/out $root/run/out
cp "$node" $root/run/node
cp "$driver" $root/run/driver
cp "$python" $root/usr/bin/python3
cp -a "/usr/lib/$(basename "$python")" $root/usr/lib/ # with times, or its compiled modules are taken for stale
ldd "$python" | awk '$3 ~ /lib(expat|z)\.so/ {print $3}' | xargs -I{} cp -nL {} $root/usr/lib/x86_64-linux-gnu/

# ---- the network -------------------------------------------------------------------------------------------------
ip link set lo up
for interface in "eth0 198.51.100.1/24" "d0 10.78.0.1/24"; do
  set -- $interface
  ip link add "$1" type veth peer name "$1-far"
  ip addr add "$2" dev "$1"
  ip link set "$1-far" up
  ip link set "$1" up
done
ip route add default via 198.51.100.254
sysctl -qw net.ipv4.ip_forward=1
for file in /proc/sys/net/ipv4/conf/*/{send_redirects,accept_redirects,rp_filter}; do echo 0 >"$file"; done

# None of the caller's environment: what it sets for Node and Python would be measured with them.
chroot $root env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C OUT=/run/out VPNDOCTOR='/run/node /run/app/bin/run.js' bash /run/driver >/dev/null
