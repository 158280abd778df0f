import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { Worker } from 'node:worker_threads';
import { deterministicNoise } from './deterministic-data.ts';
import type { Workload } from './workload.ts';

const BODY_BYTES = 2 * 1024;

/** A script, since the image of a guest holds only modules that are imported by name. */
const SERVER = `
const { parentPort, workerData } = require('node:worker_threads');
const { createHash } = require('node:crypto');
const server = require('node:http').createServer((asked, answer) => {
  const body = Buffer.from(workerData);
  body.write(createHash('sha256').update(asked.url).digest('hex'));
  answer.setHeader('content-length', body.length);
  answer.end(body);
});
server.keepAliveTimeout = 0;
server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;

/** A web server in one thread and the load in another: parsing, two threads, and TCP over the loopback. */
export const httpRequest: Workload = {
  name: 'http-request',
  exercises:
    'a request to an HTTP server in a thread of its own, over a connection that is kept: 2 KiB in reply',
  class: 'application',
  exitFree: false,
  waits: false,
  asynchronous: true,
  effort: {
    small: { warmUp: 2, samples: 6, counted: 3 },
    default: { warmUp: 2, samples: 8, counted: 4 },
  },
  async prepare({ seed }) {
    const worker = new Worker(SERVER, { eval: true, workerData: deterministicNoise(BODY_BYTES, seed) });
    const [port] = (await once(worker, 'message')) as [number];
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const received = createHash('sha256');
    let asked = 0;
    return {
      iterate: () =>
        new Promise<void>((resolve, reject) => {
          const path = `/page/${asked++}`;
          request({ host: '127.0.0.1', port, path, agent }, (answer) => {
            let bytes = 0;
            answer.on('data', (part: Buffer) => {
              bytes += part.length;
              received.update(part);
            });
            answer.on('error', reject);
            answer.on('end', () => {
              if (bytes === BODY_BYTES) resolve();
              else reject(new Error(`http-request: ${bytes} bytes in reply, expected ${BODY_BYTES}`));
            });
          })
            .on('error', reject)
            .end();
        }),
      checksum: () => received.copy().digest('hex'),
      async dispose() {
        agent.destroy();
        await worker.terminate();
      },
    };
  },
};
