# Sourced by the lab: libreswan 4.10 out of the files of the guest, on this machine's own processor, in namespace r. It has no ESP here, and
# phase 1 needs none.
# shellcheck shell=bash disable=SC2154
# pluto_here [KEY=VALUE of config setup … --] KEY=VALUE…: with these settings of its connection. PLUTO_FLAGS: arguments of pluto.
pluto_here() {
  local setup=$'config setup\n\tlogfile=/run/out/pluto.log\n\tikev1-policy=accept\n'
  if [[ " $* " == *' -- '* ]]; then while [ "$1" != -- ]; do setup+="	$1"$'\n'; shift; done; shift; fi
  local -A conn=([left]=$ADDR_R [leftid]=@gateway.example [leftsubnet]=10.77.0.0/24 [right]=$ADDR_I [rightid]=@client.example [rightsubnet]=10.78.0.0/24
    [authby]=secret [ikev2]=no [auto]=add)
  local kv key image
  for kv in "$@"; do conn[${kv%%=*}]=${kv#*=}; done
  [ -z "$(pid_of pluto)" ] || stop pluto -9
  rm -rf "$TMP/pluto"; mkdir -p "$TMP/pluto"
  { printf '%sconn lab\n' "$setup"; for key in "${!conn[@]}"; do printf '\t%s=%s\n' "$key" "${conn[$key]}"; done; } >"$TMP/pluto/ipsec.conf"
  printf ': PSK "%s"\n' "$PSK" >"$TMP/pluto/ipsec.secrets"
  image=$("$LAB/vm.sh" image)
  cat >"$TMP/pluto/run" <<'END'
set -e
mount --make-rprivate /
mount -t tmpfs tmpfs /mnt
mkdir /mnt/lower /mnt/upper /mnt/work /mnt/root
mount --bind "$1" /srv
mount -o loop,ro,noload "$2" /mnt/lower
mount -t overlay overlay -o lowerdir=/mnt/lower,upperdir=/mnt/upper,workdir=/mnt/work /mnt/root
root=/mnt/root
mount -t proc proc $root/proc
mount -t tmpfs tmpfs $root/run
mount --rbind /dev $root/dev
mkdir -p $root/run/pluto $root/run/lock $root/run/out
mount --bind /srv $root/run/out
cp /srv/ipsec.conf /srv/ipsec.secrets $root/etc/
exec chroot $root env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C bash -c '
  ipsec initnss
  (for i in $(seq 600); do ipsec whack --listen >/dev/null 2>&1 && break; sleep 0.1; done; ipsec auto --add lab >/run/out/add 2>&1; echo done >/run/out/ready) &
  exec ipsec pluto --nofork --config /etc/ipsec.conf '"$3"
END
  bg pluto ip netns exec "$NS-r" unshare -m -p --fork --kill-child bash "$TMP/pluto/run" "$TMP/pluto" "$image" "${PLUTO_FLAGS:-}"
  wait_for 60 test -e "$TMP/pluto/ready"
}
# pluto_run COMMAND…: where pluto is.
pluto_run() { nsenter -t "$(pgrep -P "$(pid_of pluto)")" -m -n chroot /mnt/root "$@"; }
