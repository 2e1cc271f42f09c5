# Sourced by the lab, in the guest: racoon and Openswan, built elsewhere, whose programs are taken from $VPNDOCTOR_RACOON and $VPNDOCTOR_OPENSWAN.
# shellcheck shell=bash disable=SC2154
# programs FOLDER NAME…: into /opt/old of the guest.
programs() { vm_exec r "mkdir -p /opt/old; base64 -d <<<$(tar -C "$1" -chz "${@:2}" | base64 -w0) | tar -xzm -C /opt/old"; }
no_old_peer() {
  vm_exec r 'kill -9 $(pidof racoon pluto) 2>/dev/null; ip xfrm state flush; ip xfrm policy flush; rm -f /tmp/old.log /run/pluto/pluto.*; mkdir -p /etc/old /run/pluto; true'
}
# old_racoon MODE [SAINFO]: responder for whoever comes, with one transform in phase 1.
old_racoon() {
  no_old_peer
  local conf="path pre_shared_key \"/etc/old/psk.txt\";
    listen { isakmp $ADDR_R [500]; isakmp_natt $ADDR_R [4500]; adminsock disabled; }
    remote anonymous { exchange_mode $1; my_identifier fqdn \"gateway.example\"; passive on; generate_policy on; nat_traversal on; proposal_check obey;
      proposal { encryption_algorithm 3des; hash_algorithm md5; authentication_method pre_shared_key; dh_group 2; } }
    sainfo ${2:-anonymous} { encryption_algorithm 3des; authentication_algorithm hmac_md5; compression_algorithm deflate; }"
  vm_exec r "base64 -d <<<$(base64 -w0 <<<"$conf") >/etc/old/racoon.conf; printf 'client.example %s\n$GW_R %s\n' '$PSK' '$PSK' >/etc/old/psk.txt
    chmod 600 /etc/old/psk.txt; /opt/old/racoon -f /etc/old/racoon.conf -l /tmp/old.log
    for i in \$(seq 300); do grep -q 'used as isakmp port' /tmp/old.log && ss -lun | grep -q ':4500 ' && exit 0; sleep 0.1; done; cat /tmp/old.log; exit 1"
}
# old_openswan KEY=VALUE…: with these settings of its connection, besides those of the seed story.
old_openswan() {
  no_old_peer
  local -A conn=([left]=$ADDR_R [leftid]=@gateway.example [leftsubnet]=10.77.0.0/24 [leftupdown]=/bin/true [right]=$GW_R [rightid]=@client.example
    [rightsubnet]=10.78.0.0/24 [authby]=secret [auto]=add [ike]='3des-md5;modp1024' [phase2alg]=3des-md5 [pfs]=no)
  local kv key text=$'version 2.0\nconfig setup\n\tprotostack=netkey\nconn lab\n'
  for kv in "$@"; do conn[${kv%%=*}]=${kv#*=}; done
  for key in "${!conn[@]}"; do text+="	$key=${conn[$key]}"$'\n'; done
  vm_exec r "base64 -d <<<$(printf '%s' "$text" | base64 -w0) >/etc/old/ipsec.conf; echo ': PSK \"$PSK\"' >/etc/old/ipsec.secrets
    (setsid /opt/old/pluto --nofork --stderrlog --use-netkey --nat_traversal --secretsfile /etc/old/ipsec.secrets --ipsecdir /etc/old >/tmp/old.log 2>&1 </dev/null &)
    for i in \$(seq 300); do [ -e /run/pluto/pluto.ctl ] && break; sleep 0.1; done
    for i in \$(seq 100); do /opt/old/whack --listen >/dev/null 2>&1 && break; sleep 0.1; done
    /opt/old/addconn --config /etc/old/ipsec.conf lab && /opt/old/whack --status | grep -q '\"lab\"'"
}
