import { describe, expect, it } from 'vitest';
import { endpointText } from '../../src/model/endpoint-text.js';

describe('endpointText', () => {
  it.each([
    [{ address: '10.0.0.1' }, '10.0.0.1'],
    [{ address: '10.0.0.1', port: 500 }, '10.0.0.1:500'],
    [{ address: '2001:db8::1' }, '2001:db8::1'],
    [{ address: '2001:db8::1', port: 4500 }, '[2001:db8::1]:4500'],
  ])('%j is %s', (endpoint, text) => expect(endpointText(endpoint)).toBe(text));
});
