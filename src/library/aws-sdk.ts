import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

export type AwsAnswer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly lacks: boolean; readonly reason: string };

export interface AwsOptions {
  readonly region: string;
  readonly maxAttempts: number;
}

/** A listing is tens of pages: one that is refused for haste is asked for again up to so often, later and later. */
export const awsOptions = (region: string): AwsOptions => ({ region, maxAttempts: 6 });

/** Loads a module of the SDK by its name. */
export type LoadPeer = (name: string) => Promise<unknown>;

/** An optional peer: from beside nestmark, or else from the folder it is run in, where `npm install` puts it. */
export async function loadPeer(name: string): Promise<unknown> {
  try {
    return await import(name);
  } catch {
    const found = createRequire(join(process.cwd(), 'nestmark')).resolve(name);
    const loaded = (await import(pathToFileURL(found).href)) as { readonly default?: object };
    return { ...loaded.default, ...loaded };
  }
}

const CREDENTIALS = 'have AWS credentials where its other tools find them (AWS_PROFILE, ~/.aws, or a role)';

interface Page {
  readonly NextToken?: string;
}

/** A listing page by page, each asked for with the token of the one before; the last page's is empty or missing. */
export async function* pagesOf<P extends Page>(ask: (next: Page) => Promise<P>): AsyncGenerator<P> {
  let page = await ask({});
  yield page;
  while (page.NextToken) {
    page = await ask({ NextToken: page.NextToken });
    yield page;
  }
}

/**
 * Asks a service of AWS through its own SDK, which is loaded now and never before. Waiting and asking again when AWS says
 * slower is the SDK's. Never throws for what a user can mend.
 */
export async function askAws<Sdk, T>(
  module: string,
  region: string,
  load: LoadPeer,
  ask: (sdk: Sdk) => Promise<T>,
): Promise<AwsAnswer<T>> {
  let sdk: Sdk;
  try {
    sdk = (await load(module)) as Sdk;
  } catch {
    const reason = `${module} is not installed: npm install --no-save ${module}, and ${CREDENTIALS}`;
    return { ok: false, lacks: true, reason };
  }
  try {
    return { ok: true, value: await ask(sdk) };
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    const lacks = name === 'CredentialsProviderError';
    const said = `${module} for ${region} got no answer: ${name}: ${message}`;
    return { ok: false, lacks, reason: lacks ? `${said}; ${CREDENTIALS}` : said };
  }
}
