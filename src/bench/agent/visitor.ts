import { createInterface } from 'node:readline';
import { readEnvironment } from '../environment/environment.ts';
import {
  type AgentConfiguration,
  type Answer,
  decodeAnswer,
  encode,
  PROTOCOL_VERSION,
  type Report,
} from '../lab/protocol.ts';
import type { Upstream } from '../lab/upstream.ts';
import { evidenceOfVisited } from './accelerator-evidence.ts';
import { whyItFailed } from './failure.ts';
import { TurnTaker } from './turn-taker.ts';

/*
 * The agent on a machine that somebody else has set up: it measures when it has the turn, changes nothing, needs no
 * root, boots no guests, and speaks with the lab over its standard input and output. When these end it ends at once:
 * whoever started it removes what it was given.
 */

const [scratchDirectory = '.', probePath = './probe'] = process.argv.slice(2);

const upward: Upstream = {
  report: (report: Report) => void process.stdout.write(encode(report)),
  // Nobody below counts.
  mark: () => Promise.resolve(),
};

async function begin(configuration: AgentConfiguration): Promise<TurnTaker> {
  const { level } = configuration;
  const environment = await readEnvironment({ probePath, scratchDirectory });
  const places = { probePath, scratchDirectory, peer: undefined, counted: false };
  const taker = await TurnTaker.start(configuration, places, upward);
  const evidence = [evidenceOfVisited(level, environment)];
  upward.report({ type: 'level', level, bootSeconds: 0, environment, evidence });
  return taker;
}

function fail(error: unknown): never {
  const reason = whyItFailed(error);
  upward.report({ type: 'failed', reason });
  process.exit(1);
}

let taker: TurnTaker | null = null;

async function answerTo(answer: Answer): Promise<void> {
  if (answer.type === 'configuration') taker = await begin(answer.configuration);
  else if (answer.type === 'turn' && taker !== null) await taker.take(answer.turn);
}

createInterface({ input: process.stdin })
  .on('line', (line) => {
    answerTo(decodeAnswer(line)).catch(fail);
  })
  .on('close', () => process.exit(0));
upward.report({ type: 'hello', protocol: PROTOCOL_VERSION });
