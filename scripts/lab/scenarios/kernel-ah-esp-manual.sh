lab=vm title='No IKE: AH around ESP with manual keys (ip xfrm)' ike=''
peers='Linux 6.1 kernel with manual keys - the same' files=(xfrm-state.txt)
# manual LOCAL REMOTE LOCAL-NET REMOTE-NET: the SAs of both directions and one end's policies
manual() {
  echo "ip xfrm state add src $ADDR_I dst $ADDR_R proto esp spi 0x1001 reqid 1 mode tunnel enc 'cbc(aes)' 0x00112233445566778899aabbccddeeff auth-trunc 'hmac(sha256)' 0x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f 128"
  echo "ip xfrm state add src $ADDR_R dst $ADDR_I proto esp spi 0x1002 reqid 1 mode tunnel enc 'cbc(aes)' 0xffeeddccbbaa99887766554433221100 auth-trunc 'hmac(sha256)' 0x1f1e1d1c1b1a191817161514131211100f0e0d0c0b0a09080706050403020100 128"
  echo "ip xfrm state add src $ADDR_I dst $ADDR_R proto ah spi 0x2001 reqid 2 mode transport auth-trunc 'hmac(sha1)' 0x0123456789abcdef0123456789abcdef01234567 96"
  echo "ip xfrm state add src $ADDR_R dst $ADDR_I proto ah spi 0x2002 reqid 2 mode transport auth-trunc 'hmac(sha1)' 0x76543210fedcba9876543210fedcba9876543210 96"
  local tmpl="tmpl src $1 dst $2 proto esp reqid 1 mode tunnel tmpl src $1 dst $2 proto ah reqid 2 mode transport"
  local back="tmpl src $2 dst $1 proto esp reqid 1 mode tunnel tmpl src $2 dst $1 proto ah reqid 2 mode transport"
  echo "ip xfrm policy add dir out src $3 dst $4 $tmpl"
  echo "ip xfrm policy add dir in src $4 dst $3 $back; ip xfrm policy add dir fwd src $4 dst $3 $back"
}
run() {
  vm_exec i "$(manual $ADDR_I $ADDR_R 10.78.0.0/24 10.77.0.0/24)"; vm_exec r "$(manual $ADDR_R $ADDR_I 10.77.0.0/24 10.78.0.0/24)"
  capture && ping_inner 5; save_xfrm
}
proofs() {
  prove 'ah && esp && icmp' -eq 10
  prove 'ah.spi == 0x2001' -eq 5
}
