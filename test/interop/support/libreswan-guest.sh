#!/bin/bash
# libreswan-guest.sh DRIVER OUT: runs DRIVER, a bash script, in a guest of the lab that has this vpndoctor and libreswan 4.10, and unpacks
# what it leaves in $OUT there into the folder OUT here. Root; the guest and all that belongs to it is gone at the end.
# In the guest: $VPNDOCTOR (with its Node), `ipsec verify` (with the Python of this machine, which the image lacks), $OUT.
#   NODE, APP    the node program, and the folder with bin, dist and package.json
set -u
driver=$(realpath "$1") out=$(realpath "$2")
app=$(realpath "$APP") node=$(realpath "$NODE")
# shellcheck source=../../../scripts/lab/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../../scripts/lab/lib.sh"
lab=vm nat=no v6=no VM_RAM=768 VM_CPUS=2 VM_TIMEOUT=540
lab_begin
"$LAB/vm.sh" build || exit 1

# ---- what the guest lacks ----------------------------------------------------------------------------------------
VM_DRIVE=$TMP/drive.img drive=$TMP/drive
python=$(realpath /usr/bin/python3)
mkdir -p "$drive"/{app/node_modules,lib}
cp "$node" "$drive/node"
cp -r "$app"/{bin,dist,package.json} "$drive/app/"
cp -r "$app/node_modules/commander" "$drive/app/node_modules/"
cp "$python" "$drive/python3"
cp -a "/usr/lib/$(basename "$python")" "$drive/" # with times, or its compiled modules are taken for stale, and every start compiles them
rm -rf "$drive/$(basename "$python")"/{config-*,idlelib,lib2to3,test}
ldd "$python" | awk '$3 ~ /lib(expat|z)\.so/ {print $3}' | xargs -I{} cp -L {} "$drive/lib/"
cp "$driver" "$drive/driver"
truncate -s "$(($(du -sm "$drive" | cut -f1) * 5 / 4 + 16))M" "$VM_DRIVE"
mke2fs -q -t ext4 -d "$drive" "$VM_DRIVE"
rm -rf "$drive"

# ---- one guest, i ------------------------------------------------------------------------------------------------
ip netns add "$NS-m"
quiet_ns m
for tap in "t-i $GW_I" "c-i 10.255.0.254"; do
  set -- $tap
  ns m ip tuntap add dev "$1" mode tap
  ns m ip addr add "$2/24" dev "$1"
  ns m ip link set "$1" up
done
ready() { grep -q LAB-READY "$TMP/qemu-i.log"; }
ready_or_dead() { ready || ! kill -0 "$(pid_of qemu-i)"; }
boot() { vm_boot i $ADDR_I/24 $GW_I 10.255.0.1/24 $INNER_I/24; wait_for 150 ready_or_dead && ready; }
boot || { stop qemu-i; rm -f "$TMP/qemu-i.log"; boot; } || { echo 'the guest did not boot, twice' >&2; tail -n 5 "$TMP/qemu-i.log" >&2; exit 1; }

vm_exec i "
mkdir -p /run/drive /run/out
mount -o ro /dev/vdb /run/drive
ln -s /run/drive/python3 /usr/bin/python3
ln -s /run/drive/$(basename "$python") /usr/lib/
cp -n /run/drive/lib/* /usr/lib/x86_64-linux-gnu/
export OUT=/run/out VPNDOCTOR='/run/drive/node /run/drive/app/bin/run.js'
bash /run/drive/driver >/run/driver.out 2>&1 || cat /run/driver.out >/run/out/failure
tar -C /run/out -czf - . | base64 -w0" | base64 -d | tar -xz -C "$out"
