import { networkInterfaces } from 'node:os';

const here = new Set(
  Object.values(networkInterfaces())
    .flat()
    .map((one) => one?.address),
);

/** Whether this machine has the address: many containers are without IPv6. */
export const isHere = (address: string): boolean => !address.includes(':') || here.has(address);
