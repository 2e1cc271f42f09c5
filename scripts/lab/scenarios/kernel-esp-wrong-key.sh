lab=vm title='Manual keys that differ: both ends send, neither can read the other' ike=''
peers='Linux 6.1 kernel with manual keys - the same' files=(xfrm-state.txt)
healthy=false finding=esp/icv-bad wire_can_tell=false
fault="the authentication keys of the SA from responder to initiator differ at the two ends"
notes="keys.json is the initiator's view: its own packets check, the responder's do not. Pings of the initiator arrive, their answers do not."
# manual LOCAL REMOTE LOCAL-NET REMOTE-NET KEY: the SAs and one end's policies, KEY for the way back
manual() {
  echo "ip xfrm state add src $ADDR_I dst $ADDR_R proto esp spi 0x1001 reqid 1 mode tunnel enc 'cbc(aes)' 0x00112233445566778899aabbccddeeff auth-trunc 'hmac(sha256)' 0x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f 128"
  echo "ip xfrm state add src $ADDR_R dst $ADDR_I proto esp spi 0x1002 reqid 1 mode tunnel enc 'cbc(aes)' 0xffeeddccbbaa99887766554433221100 auth-trunc 'hmac(sha256)' $5 128"
  echo "ip xfrm policy add dir out src $3 dst $4 tmpl src $1 dst $2 proto esp reqid 1 mode tunnel"
  echo "ip xfrm policy add dir in src $4 dst $3 tmpl src $2 dst $1 proto esp reqid 1 mode tunnel"
}
run() {
  vm_exec i "$(manual $ADDR_I $ADDR_R 10.78.0.0/24 10.77.0.0/24 0x1f1e1d1c1b1a191817161514131211100f0e0d0c0b0a09080706050403020100)"
  vm_exec r "$(manual $ADDR_R $ADDR_I 10.77.0.0/24 10.78.0.0/24 0x2f2e2d2c2b2a292827262524232221202f2e2d2c2b2a29282726252423222120)"
  capture && ping_inner 5; save_xfrm
}
proofs() {
  prove "esp.icv_good == 1 && ip.src == $ADDR_I" -eq 5
  prove "esp.icv_bad == 1 && ip.src == $ADDR_R" -eq 5
}
