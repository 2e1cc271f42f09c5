import { createHash, timingSafeEqual } from 'node:crypto';
import { printableText } from '../../bytes/printable.js';
import type { Secret } from '../../bytes/secret.js';
import { type Attribute, attributeNumber } from '../../wire/ike/attribute.js';
import type { AttributesV1 } from '../../wire/ike/payloads/attributes-v1.js';
import { CFG_ATTRIBUTE_V1, CFG_TYPE } from '../../wire/ike/tables/configuration.js';
import { EXCHANGE_V1 } from '../../wire/ike/tables/exchange-types.js';
import type { Refusal } from '../refusal.js';
import type { Effects } from './effects.js';
import { firstGate } from './phase1.js';
import { refusal } from './refusals.js';
import { sendDeleteIke } from './send-informational.js';
import type { Established, Transaction } from './state.js';
import { beginTransaction } from './transaction.js';

const TRANSACTION = EXCHANGE_V1.Transaction;
const { XAUTH_TYPE, XAUTH_USER_NAME, XAUTH_USER_PASSWORD, XAUTH_MESSAGE, XAUTH_CHALLENGE, XAUTH_STATUS } = CFG_ATTRIBUTE_V1;
const METHOD = 'XAuth';
/** XAUTH_TYPES: a name and a password as they are; a name and the answer to a challenge. */
const GENERIC = 0;
const CHAP = 1;
const CHALLENGE_LENGTH = 16;
const OK = 1;
const FAIL = 0;
const NOTHING = new Uint8Array(0);

const bytesOf = ({ attributes }: Pick<AttributesV1, 'attributes'>, type: number): Uint8Array | undefined => {
  const value = attributes.find((one) => one.type === type)?.value;
  return typeof value === 'number' ? undefined : value;
};

/** Whether a request or a word of the gateway is about the user (draft-beaulieu-ike-xauth-02 §6). */
export function isXauthMessage({ attributes }: AttributesV1): boolean {
  return attributes.some(({ type }) => type >= XAUTH_TYPE && type <= CFG_ATTRIBUTE_V1.XAUTH_ANSWER);
}

/** Asks the peer who its user is, by the password or by a challenge. */
export function askUser(sa: Established, fx: Effects): Established {
  const challenge = sa.settings.xauthType === 'chap' ? fx.env.random(CHALLENGE_LENGTH) : undefined;
  const attributes: readonly Attribute[] = [
    { type: XAUTH_TYPE, value: challenge === undefined ? GENERIC : CHAP },
    { type: XAUTH_USER_NAME, value: NOTHING },
    { type: XAUTH_USER_PASSWORD, value: NOTHING },
    ...(challenge === undefined ? [] : [{ type: XAUTH_CHALLENGE, value: challenge }]),
  ];
  const what = { kind: 'xauth', ...(challenge === undefined ? {} : { challenge }) } as const;
  return beginTransaction(sa, what, { type: CFG_TYPE.CFG_REQUEST, attributes }, fx);
}

/**
 * The answer to a challenge: a byte of the client's choice, then MD5 of it, the password and the challenge, as RADIUS has it
 * (draft-beaulieu-ike-xauth-02 §6.3, RFC 2865 §5.3). MD5 is the protocol's.
 */
function chapAnswer(id: number, password: Secret, challenge: Uint8Array): Uint8Array {
  return Buffer.concat([
    Uint8Array.of(id),
    createHash('md5').update(Uint8Array.of(id)).update(password.reveal()).update(challenge).digest(),
  ]);
}

/** Gets name and password, or the answer to the challenge, and tells what we think of them. */
export function onCredentials(sa: Established, reply: AttributesV1, { challenge }: Transaction, fx: Effects): Established {
  const name = printableText(bytesOf(reply, XAUTH_USER_NAME) ?? NOTHING);
  const shown = bytesOf(reply, XAUTH_USER_PASSWORD) ?? NOTHING;
  const password = sa.settings.xauthUsers?.find((one) => one.name === name)?.password;
  const expected = password === undefined || challenge === undefined ? password?.reveal() : chapAnswer(shown[0] ?? 0, password, challenge);
  const right = expected !== undefined && expected.length === shown.length && timingSafeEqual(expected, shown);
  const what = challenge === undefined ? 'password' : 'answer to the challenge';
  const text = right
    ? `the ${what} of the user "${name}" is right`
    : password === undefined
      ? `there is no user "${name}"`
      : `the ${what} of the user "${name}" is wrong`;
  const why = right ? undefined : refusal('xauth-refused', 'us', TRANSACTION, text, { theirs: `user "${name}"` });
  fx.happen(sa, {
    kind: 'peer-auth',
    verdict: right ? 'valid' : 'invalid',
    method: METHOD,
    text,
    ...(why === undefined ? {} : { refusal: why }),
  });
  const attributes = [{ type: XAUTH_STATUS, value: right ? OK : FAIL }];
  return beginTransaction(
    right ? { ...sa, user: name } : sa,
    { kind: 'xauth-status', ...(why === undefined ? {} : { refusal: why }) },
    { type: CFG_TYPE.CFG_SET, attributes },
    fx,
  );
}

/** The peer has heard what we think of its user. */
export function onStatusConfirmed(sa: Established, refused: Refusal | undefined, fx: Effects): Established | undefined {
  if (refused === undefined) return pass(sa, fx);
  sendDeleteIke(sa, fx);
  return fx.down(sa, 'us', refused);
}

/** XAuth is through. A gateway that asks once more, later, changes nothing. */
function pass(sa: Established, fx: Effects): Established {
  if (sa.gate !== 'xauth') return sa;
  fx.timer(sa, 'gate');
  const { firstContact, ...rest } = sa;
  fx.risen.push({ number: sa.number, initialContact: firstContact === true });
  return { ...rest, gate: firstGate(sa) };
}

/** We are asked, or told whether we may come in. */
export function onXauthMessage(
  sa: Established,
  message: AttributesV1,
  answer: (attributes: readonly Attribute[]) => Established,
  fx: Effects,
): Established | undefined {
  const user = sa.settings.xauth;
  const said = bytesOf(message, XAUTH_MESSAGE);
  const words = said === undefined || said.length === 0 ? '' : `; it says "${printableText(said)}"`;
  if (message.type === CFG_TYPE.CFG_SET) {
    const status = attributeNumber(message.attributes, XAUTH_STATUS);
    const at = answer([{ type: XAUTH_STATUS, value: NOTHING }]);
    if (status === OK) {
      fx.happen(sa, { kind: 'our-auth-accepted', method: user === undefined ? METHOD : `${METHOD} as ${user.name}` });
      return pass(at, fx);
    }
    return fx.down(at, 'peer', refusedUser(user?.name, words));
  }
  if (user === undefined) {
    const text = `the peer asks for a user and a password (XAuth), and we have none${words}`;
    return endWithout(answer([{ type: XAUTH_STATUS, value: FAIL }]), 'xauth-required', text, fx);
  }
  const asked = new Map(message.attributes.map(({ type, value }) => [type, value]));
  const type = attributeNumber(message.attributes, XAUTH_TYPE);
  const name = { type: XAUTH_USER_NAME, value: new TextEncoder().encode(user.name) };
  // The type is answered where it was asked (draft-beaulieu-ike-xauth-02 §4.2).
  const echoed = type === undefined ? [] : [{ type: XAUTH_TYPE, value: type }];
  const challenge = bytesOf(message, XAUTH_CHALLENGE);
  if (type === CHAP && challenge !== undefined) {
    const [id = 0] = fx.env.random(1);
    return answer([...echoed, name, { type: XAUTH_USER_PASSWORD, value: chapAnswer(id, user.password, challenge) }]);
  }
  if ((type ?? GENERIC) !== GENERIC || challenge !== undefined) {
    const text = `the peer asks for XAuth of type ${type ?? GENERIC}${challenge === undefined ? '' : ' with a challenge'}; we have the generic one (0) and CHAP (1)${words}`;
    return endWithout(answer([{ type: XAUTH_STATUS, value: FAIL }]), 'xauth-type', text, fx);
  }
  const passcode = asked.has(CFG_ATTRIBUTE_V1.XAUTH_PASSCODE) && !asked.has(XAUTH_USER_PASSWORD);
  const as = passcode ? CFG_ATTRIBUTE_V1.XAUTH_PASSCODE : XAUTH_USER_PASSWORD;
  return answer([...echoed, name, { type: as, value: user.password.reveal() }]);
}

function refusedUser(name: string | undefined, words: string): Refusal {
  const text = `the peer does not accept our user or its password (XAuth)${words}`;
  return refusal('xauth-refused', 'peer', TRANSACTION, text, name === undefined ? {} : { ours: `user "${name}"` });
}

function endWithout(sa: Established, code: string, text: string, fx: Effects): undefined {
  sendDeleteIke(sa, fx);
  return fx.down(sa, 'us', refusal(code, 'us', TRANSACTION, text));
}
