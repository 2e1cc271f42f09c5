import { timingSafeEqual } from 'node:crypto';
import { type Attribute, attributeNumber } from '../../wire/ike/attribute.js';
import type { AttributesV1 } from '../../wire/ike/payloads/attributes-v1.js';
import { printableText } from '../../wire/ike/printable.js';
import { CFG_ATTRIBUTE_V1, CFG_TYPE } from '../../wire/ike/tables/configuration.js';
import { EXCHANGE_V1 } from '../../wire/ike/tables/exchange-types.js';
import type { Refusal } from '../refusal.js';
import type { Effects } from './effects.js';
import { firstGate } from './phase1.js';
import { refusal } from './refusals.js';
import { sendDeleteIke } from './send-informational.js';
import type { Established } from './state.js';
import { beginTransaction } from './transaction.js';

const TRANSACTION = EXCHANGE_V1.Transaction;
const { XAUTH_TYPE, XAUTH_USER_NAME, XAUTH_USER_PASSWORD, XAUTH_MESSAGE, XAUTH_CHALLENGE, XAUTH_STATUS } = CFG_ATTRIBUTE_V1;
const METHOD = 'XAuth';
/** XAUTH_TYPES: a name and a password as they are. */
const GENERIC = 0;
const OK = 1;
const FAIL = 0;
const NOTHING = new Uint8Array(0);

const bytesOf = ({ attributes }: AttributesV1, type: number): Uint8Array | undefined => {
  const value = attributes.find((one) => one.type === type)?.value;
  return typeof value === 'number' ? undefined : value;
};

/** Whether a request or a word of the gateway is about the user (draft-beaulieu-ike-xauth-02 §6). */
export function isXauthMessage({ attributes }: AttributesV1): boolean {
  return attributes.some(({ type }) => type >= XAUTH_TYPE && type <= CFG_ATTRIBUTE_V1.XAUTH_ANSWER);
}

/** The responder asks who the user is. */
export function askUser(sa: Established, fx: Effects): Established {
  const attributes: readonly Attribute[] = [
    { type: XAUTH_TYPE, value: GENERIC },
    { type: XAUTH_USER_NAME, value: NOTHING },
    { type: XAUTH_USER_PASSWORD, value: NOTHING },
  ];
  return beginTransaction(sa, { kind: 'xauth' }, { type: CFG_TYPE.CFG_REQUEST, attributes }, fx);
}

/** The responder gets name and password, and tells what it thinks of them. */
export function onCredentials(sa: Established, reply: AttributesV1, fx: Effects): Established {
  const name = printableText(bytesOf(reply, XAUTH_USER_NAME) ?? NOTHING);
  const password = bytesOf(reply, XAUTH_USER_PASSWORD) ?? NOTHING;
  const user = sa.settings.xauthUsers?.find((one) => one.name === name);
  const expected = user?.password.reveal();
  const right = expected !== undefined && expected.length === password.length && timingSafeEqual(expected, password);
  const text = right
    ? `the password of the user "${name}" is right`
    : user === undefined
      ? `there is no user "${name}"`
      : `the password of the user "${name}" is wrong`;
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
    sa,
    { kind: 'xauth-status', ...(why === undefined ? {} : { refusal: why }) },
    { type: CFG_TYPE.CFG_SET, attributes },
    fx,
  );
}

/** The initiator has heard what we think of its user. */
export function onStatusConfirmed(sa: Established, refused: Refusal | undefined, fx: Effects): Established | undefined {
  if (refused === undefined) return pass(sa, fx);
  sendDeleteIke(sa, fx);
  return fx.down(sa, 'us', refused);
}

/** XAuth is through. */
function pass(sa: Established, fx: Effects): Established {
  fx.timer(sa, 'gate');
  fx.risen.push({ number: sa.number, initialContact: false });
  return { ...sa, gate: firstGate(sa) };
}

/** The initiator is asked, or told whether it may come in. */
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
  const type = attributeNumber(message.attributes, XAUTH_TYPE) ?? GENERIC;
  if (type !== GENERIC || bytesOf(message, XAUTH_CHALLENGE) !== undefined) {
    const text = `the peer asks for XAuth of type ${type}, and we only have the generic one with name and password${words}`;
    return endWithout(answer([{ type: XAUTH_STATUS, value: FAIL }]), 'xauth-type', text, fx);
  }
  const asked = new Set(message.attributes.map((attribute) => attribute.type));
  const password = CFG_ATTRIBUTE_V1.XAUTH_PASSCODE;
  return answer([
    { type: XAUTH_USER_NAME, value: new TextEncoder().encode(user.name) },
    { type: asked.has(password) && !asked.has(XAUTH_USER_PASSWORD) ? password : XAUTH_USER_PASSWORD, value: user.password.reveal() },
  ]);
}

function refusedUser(name: string | undefined, words: string): Refusal {
  const text = `the peer does not accept our user or its password (XAuth)${words}`;
  return refusal('xauth-refused', 'peer', TRANSACTION, text, name === undefined ? {} : { ours: `user "${name}"` });
}

function endWithout(sa: Established, code: string, text: string, fx: Effects): undefined {
  sendDeleteIke(sa, fx);
  return fx.down(sa, 'us', refusal(code, 'us', TRANSACTION, text));
}
