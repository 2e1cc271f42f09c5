title='Username and password: the server refuses them with AUTH_FAILED'
ovpn_scene
healthy=false outcome=failed finding=openvpn/refused-after-tls finding_with_keys=openvpn/auth-failed
fault='the server refuses every password'
run() {
  ovpn_pki; ovpn_keylog; printf 'alice\nwrong-password-for-tests\n' >"$TMP/i/auth"; printf '#!/bin/sh\nexit 1\n' >"$TMP/r/check"; chmod 755 "$TMP/r/check"; chmod 755 "$TMP" "$TMP/r"
  capture; ovpn_server --script-security 2 --auth-user-pass-verify "$TMP/r/check" via-file --tmp-dir "$TMP/r"; ovpn_client --auth-user-pass i/auth; sleep 8; ovpn_keys log="$TMP/keylog.txt"
}
proofs() { prove 'openvpn.opcode == 8' -ge 1; prove 'openvpn.opcode == 9' -eq 0; }
