#!/bin/bash
# Records lab scenarios: real peers, a capture, what it proves.
#
#   record.sh [--out DIR] [--jobs N] --list | --netns | --vm | --all | SLUG…
#
# Writes DIR/<slug>/{capture.pcap,README.md,expect.json[,keys.json]}; DIR is the repository's captures/ by default.
# A scenario whose proofs do not hold writes nothing and makes the exit status 1. KEEP=1 keeps the scratch folder.
# shellcheck disable=SC2034,SC1090
set -u
# shellcheck source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
OUT=$(cd "$LAB/../.." && pwd)/captures
JOBS=10 want=() one=

usage() { sed -n '2,7p' "$0"; }
kind_of() { if grep -q '^lab=vm' "$LAB/scenarios/$1.sh"; then echo vm; else echo netns; fi; }
slugs() { local f s; for f in "$LAB"/scenarios/*.sh; do s=$(basename "$f" .sh); [ "$1" = all ] || [ "$(kind_of "$s")" = "$1" ] || continue; echo "$s"; done; }

while [ $# -gt 0 ]; do
  case $1 in
    --out) OUT=$2; shift ;;
    --jobs) JOBS=$2; shift ;;
    --one) one=$2; shift ;;
    --netns | --vm | --all) mapfile -t -O ${#want[@]} want < <(slugs "${1#--}") ;;
    --list) for s in $(slugs all); do printf '%-6s %s\n' "$(kind_of "$s")" "$s"; done; exit ;;
    -h | --help) usage; exit ;;
    -*) usage >&2; exit 2 ;;
    *) [ -e "$LAB/scenarios/$1.sh" ] || { echo "no scenario $1 (see --list)" >&2; exit 2; }; want+=("$1") ;;
  esac
  shift
done

# tshark with the scenario's keys and nobody's preferences.
shark() { WIRESHARK_CONFIG_DIR=$TMP/ws tshark -n -r "$TMP/capture.pcap" "$@" 2>/dev/null; }
# counts FILTER…: frames that match each, a number a line. One run for all of them: tshark takes longer to start than to read. No commas in filters.
counts() {
  local IFS=,
  WIRESHARK_CONFIG_DIR=$TMP/ws tshark -n -q -r "$TMP/capture.pcap" "${DECRYPT[@]}" -z "io,stat,0,$*" 2>"$TMP/tshark.err" |
    awk -F'|' '/<>/ { for (n = 3; n < NF; n += 2) print $n + 0; found = 1 } END { exit !found }' || cat "$TMP/tshark.err" >&2
}
# prove FILTER OP N: the number of frames that match, with keys where there are any; judge_proofs looks.
prove() { FILTERS+=("$1"); BOUNDS+=("$2 $3"); }
judge_proofs() {
  local n got; mapfile -t got < <(counts "${FILTERS[@]}")
  for n in "${!FILTERS[@]}"; do
    # shellcheck disable=SC2086
    if test "${got[n]:-0}" ${BOUNDS[n]}; then PROOFS+=("${FILTERS[n]}	${got[n]:-0}"); else FAILED+=("${FILTERS[n]}: ${got[n]:-0} frames, wanted ${BOUNDS[n]}"); fi
  done
}
# count_plain: what there is without keys.
count_plain() {
  local DECRYPT=() got
  mapfile -t got < <(counts frame 'isakmp && !icmp' 'esp && !icmp' 'esp && !icmp && !icmpv6' 'ah && !(icmp.type == 3) && !icmpv6' 'openvpn && !icmp')
  frames=${got[0]:-0} ike_frames=${got[1]:-0} esp_frames=${got[2]:-0} esp=${got[3]:-0} ah=${got[4]:-0} openvpn_frames=${got[5]:-0}
}

# record_one SLUG: one scenario from nothing to its folder.
record_one() {
  local slug=$1 started=$SECONDS
  lab=netns nat=no v6=no healthy=true fault='' outcome=established finding='' wire_can_tell=true ike=ikev2 notes='' finding_with_keys='' keys=yes keys_from=i title='' peers='' format=pcap openvpn=no files=()
  setup() { :; }; proofs() { :; }; extra_files() { :; }
  . "$LAB/scenarios/$slug.sh"
  [ -n "$peers" ] || if [ "$lab" = vm ]; then peers='strongSwan 5.9.8 with kernel ESP - strongSwan 5.9.8 with kernel ESP'; else peers='strongSwan 5.9.8 with userland ESP - strongSwan 5.9.8 with userland ESP'; fi
  lab_begin; mkdir -p "$TMP/ws"
  net_up || return 1
  conn_defaults; setup
  run; echo "run: $?" >>"$TMP/run.log"
  capture_end
  if [ "$format" = pcapng ]; then as_pcapng; fi
  fetch_logs
  PROOFS=() FAILED=() DECRYPT=() FILTERS=() BOUNDS=()
  count_plain
  if [ "$keys" = yes ]; then make_keys || FAILED+=('no keys'); fi
  proofs
  if [ "$keys" = yes ]; then prove_keys; fi
  judge_proofs
  if [ ${#FAILED[@]} -gt 0 ]; then
    { echo "$slug: not recorded"; printf '  %s\n' "${FAILED[@]}"; shark -c "${SHOW:-15}" | cut -c1-150; for f in i/swanctl.log openvpn-i.out openvpn-r.out; do [ -e "$TMP/$f" ] && tail -n "${SHOW:-8}" "$TMP/$f"; done; } >&2
    return 1
  fi
  write_folder "$OUT/$slug"
  printf '%-32s %4ss  %3s frames  %6s bytes\n' "$slug" $((SECONDS - started)) "$frames" "$(stat -c %s "$TMP/capture.pcap")"
}

# make_keys: keys.json from the initiator's log or its kernel, and the tshark arguments that use it.
make_keys() {
  local args=() w
  [ "$nat" = no ] || args+=(--nat)
  [ ! -e "$TMP/xfrm-state.txt" ] || args+=(--xfrm "$TMP/xfrm-state.txt")
  for w in "$TMP/$keys_from"/charon*.log; do [ ! -e "$w" ] || args+=("$w"); done
  node "$LAB/keys.mjs" "${args[@]}" >"$TMP/keys.json" || return 1
  mapfile -t DECRYPT < <(node "$LAB/keys.mjs" --tshark "$TMP/keys.json")
}

# prove_keys: what is in keys.json opens something, as far as tshark can tell (it has no ChaCha20-Poly1305).
prove_keys() {
  if grep -q '"ikev[12]"' "$TMP/keys.json" && [ "$ike_frames" != 0 ] && ! grep -q '"encr": "CHACHA' "$TMP/keys.json"; then prove 'isakmp.enc.decrypted || (isakmp.flag_e == 1 && isakmp.hash)' -ge 1; fi
  if grep -q '"encr": "ChaCha' "$TMP/keys.json" || [ "$esp_frames" = 0 ]; then return; fi
  if grep -q 'integ_key": "[0-9a-f]' "$TMP/keys.json"; then prove 'esp.icv_good == 1' -ge 1; else prove 'esp.pad_len && ip' -ge 1; fi
}

write_folder() {
  local d=$1 f
  mkdir -p "$d"; rm -f "$d"/*
  cp "$TMP/capture.pcap" "$d/capture.pcap"
  [ ! -e "$TMP/keys.json" ] || cp "$TMP/keys.json" "$d/"
  for f in "${files[@]}"; do cp "$TMP/$f" "$d/$(basename "$f")"; done
  openvpn_packets=; [ "$openvpn" = no ] || openvpn_packets=$openvpn_frames
  SLUG=$slug PEERS=$peers HEALTHY=$healthy FAULT=$fault OUTCOME=$outcome FINDING=$finding WITH_KEYS=$finding_with_keys WIRE=$wire_can_tell IKE=$ike ESP=$esp AH=$ah OPENVPN_PACKETS=$openvpn_packets \
    FRAMES=$frames NOTES=$notes node -e '
    const e = process.env, list = e.IKE.split(" ").filter(Boolean)
    console.log(JSON.stringify({slug: e.SLUG, peers: e.PEERS, healthy: e.HEALTHY === "true", fault: e.FAULT, outcome: e.OUTCOME,
      finding: e.FINDING || null, ...(e.WITH_KEYS ? { finding_with_keys: e.WITH_KEYS } : {}), wire_can_tell: e.WIRE === "true", ike_versions: list, frames: +e.FRAMES, esp_packets: +e.ESP, ah_packets: +e.AH, ...(e.OPENVPN_PACKETS ? { openvpn_packets: +e.OPENVPN_PACKETS } : {}), notes: e.NOTES}, null, 2))' >"$d/expect.json"
  {
    echo "# $slug"; echo; echo "$title."; echo
    echo "- Peers: $peers"
    echo "- Fault: ${fault:-none}"
    echo "- Outcome: $outcome"
    [ -z "$notes" ] || echo "- Notes: $notes"
    echo "- Made by \`scripts/lab/record.sh $slug\` with real peers; every key and password in it was made for tests."
    echo; echo "Checked with tshark when it was recorded$([ "$keys" = yes ] && echo ' (decrypted with keys.json)'):"; echo
    echo '| display filter | frames |'; echo '| --- | --- |'
    printf '%s\n' "${PROOFS[@]}" | awk -F'\t' '{gsub(/\|/, "\\|", $1); print "| `" $1 "` | " $2 " |"}'
  } >"$d/README.md"
}

if [ -n "$one" ]; then record_one "$one"; exit; fi
[ ${#want[@]} -gt 0 ] || { usage >&2; exit 2; }
[ "$(id -u)" = 0 ] || { echo 'the lab needs root' >&2; exit 2; }
mkdir -p "$OUT"

# One process a scenario. Namespaces mostly wait, JOBS at a time; guests compute: two beside each other, and beside those.
netns=() vm=()
for s in "${want[@]}"; do if [ "$(kind_of "$s")" = vm ]; then vm+=("$s"); else netns+=("$s"); fi; done
# lane LIMIT SLUG…: so many at a time.
lane() {
  local status=0 limit=$1 s; shift
  trap 'trap - INT TERM; jobs -rp | xargs -r kill 2>/dev/null; wait; exit 130' INT TERM
  for s in "$@"; do
    while [ "$(jobs -rp | wc -l)" -ge "$limit" ]; do wait -n || status=1; done
    "$0" --one "$s" --out "$OUT" &
  done
  while [ -n "$(jobs -rp)" ]; do wait -n || status=1; done
  return $status
}
lane $((JOBS < 2 ? JOBS : 2)) "${vm[@]}" & lanes=($!)
lane "$JOBS" "${netns[@]}" & lanes+=($!)
trap 'trap - INT TERM; kill "${lanes[@]}" 2>/dev/null; wait; exit 130' INT TERM
status=0
for l in "${lanes[@]}"; do wait "$l" || status=1; done
node "$LAB/index.mjs" "$OUT"
exit $status
