title='One end cuts HMAC-SHA2-256 to 96 bits (old kernels), the other to 128: nothing decrypts'
lab=vm healthy=false finding=esp/icv-length-mismatch
fault='initiator has sha256_96 = yes'
notes='IKE agrees, both ends send, neither accepts: the ESP packets of one end are four bytes short of what block size and a 16-byte ICV allow.'
setup() { conn i k.sha256_96=yes; }
run() {
  peers_up && capture && up && ping_inner 4
  on r ping -n -q -c 4 -i 0.2 -W 1 -I $INNER_R $INNER_I >/dev/null; down
}
proofs() {
  prove "esp && ip.src == $ADDR_I" -eq 4
  prove "esp && ip.src == $ADDR_R" -eq 4
}
