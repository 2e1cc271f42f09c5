import { lookup } from 'node:dns/promises';
import { EnvironmentError } from '../../bytes/errors.js';

/** Addresses in the order of the system's own preference. @throws EnvironmentError */
export async function resolveName(host: string): Promise<readonly string[]> {
  try {
    const found = await lookup(host, { all: true, verbatim: true });
    return found.map(({ address }) => address);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new EnvironmentError(
      code === 'ENOTFOUND'
        ? `no name server knows ${host}`
        : code === 'EAI_AGAIN'
          ? `no name server answers for ${host}`
          : `${host} does not resolve: ${code ?? (error as Error).message}`,
    );
  }
}
