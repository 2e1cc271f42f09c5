/** Keywords whose value is a key or a password, in whatever language, and those that may be a slip for one of them. */
const HIDDEN = /(?<!\bre)key(?!exchange|ingtries|life|id)|secret|pass(word|phrase|wd)?$|psk|pre-?shared|authentication$/i;

/** Keywords of that kind whose value is public or the name of a file. */
const PUBLIC =
  /^(left|right)?(rsasigkey2?|sigkey|ecdsakey|eddsakey|pubkey|ckaid)$|^(key|keyring|keysize|key-method|keying-material-exporter.*|tunnel key|tls-auth|tls-crypt(-v2)?|key-direction|persist-key|auth-user-pass|askpass|remote-cert-.*)$/i;

/** A value as it may be shown: what may be a secret is not. Wrong spellings of a keyword are seen by its neighbourhood alone. */
export function shownValue(key: string, value: string): string {
  return HIDDEN.test(key) && !PUBLIC.test(key) && value !== '' ? '(not shown)' : value;
}
