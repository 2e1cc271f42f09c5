lab=vm title='IKE passes, IP protocol 50 does not'
healthy=false finding=esp/one-way
fault='the path drops IP protocol 50 both ways'
notes="No NAT, so ESP is raw. Taken at the initiator: its ESP leaves, nothing comes back; one end's capture cannot tell which direction is cut."
run() { peers_up && path ip protocol esp drop; capture && up; ping_inner 5; down; }
proofs() {
  prove "ip.proto == 50 && ip.src == $ADDR_I" -eq 5
  prove "ip.proto == 50 && ip.src == $ADDR_R" -eq 0
  prove 'isakmp.exchangetype == 37' -ge 2
}
