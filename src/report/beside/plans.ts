import type { PlanResult } from '../../plan/result/plan-result.ts';
import { CAUSE_WORDS, countSeats, secondsText } from '../../plan/result/words.ts';
import { dollars, hostsToShow } from '../plan/text.ts';
import type { Answer } from '../text/answer.ts';
import { alignedRows, BESIDE_SCHEMA, type Beside, type BesideCell, type Named } from './beside.ts';

/** Cheapest candidates of each plan that are shown, beside those it recommends. */
const HOSTS_SHOWN = 12;

const exact = (value: number, text: string): BesideCell => ({
  text,
  figure: { mean: value, low: value, high: value },
});
const words = (text: string): BesideCell => ({ text, figure: null });

/** Plans side by side: what each recommends, and candidate by candidate how many seats, at what price, and what binds. */
export function besidePlans(plans: readonly Named<PlanResult>[]): Beside {
  const results = plans.map(({ document }) => document);
  const shown = new Set(results.flatMap((plan) => hostsToShow(plan, HOSTS_SHOWN).map(({ host }) => host)));
  const hostsOf = (plan: PlanResult) => plan.hosts.filter(({ host }) => shown.has(host));
  return {
    schema: BESIDE_SCHEMA,
    of: 'plans',
    documents: plans.map(({ name, file, document: { question, version } }) => ({
      name,
      file,
      origin: `${question.template.title}, ${countSeats(question.seats)}, hosts ${question.hosts}; template sha256 ${question.template.hash}; nestmark ${version}, seed ${question.seed}. Asked again by: ${question.command}`,
    })),
    answer: answerOf(plans),
    groups: [
      { title: 'What each recommends', drawn: true, rows: alignedRows(results, recommendedRows) },
      {
        title: 'Seats on a candidate, and what the next one fails for',
        drawn: false,
        rows: alignedRows(results, (plan) =>
          hostsOf(plan).map(({ host, seats, binds }) => [
            host,
            exact(seats, `${seats}${binds === 'asked' ? '+' : ''}, ${CAUSE_WORDS[binds]}`),
          ]),
        ),
      },
      {
        title: 'USD a seat and hour on a candidate',
        drawn: false,
        rows: alignedRows(results, (plan) =>
          hostsOf(plan).flatMap(({ host, usdPerSeatHour: usd }): [string, BesideCell][] =>
            usd === null ? [] : [[host, exact(usd, usd.toFixed(3))]],
          ),
        ),
      },
    ],
    intervals:
      'Intervals of seats, slowdown and cost are the least and the most over the sampled sets of uncertain numbers of each plan, not 95 % ones; what has none was worked out or simulated once.',
    notes: notesOf(results),
  };
}

function recommendedRows({ recommended, confidence }: PlanResult): [string, BesideCell][] {
  if (recommended === null) return [['Take', words('nothing here holds it')]];
  const { cost, usdPerHour, boot, hosts, slowdownP95, feel, binds } = recommended;
  const spread = <Key extends 'seats' | 'slowdownP95' | 'courseUsd'>(key: Key) => confidence?.[key] ?? null;
  const within = (value: number, key: 'seats' | 'slowdownP95' | 'courseUsd', text: string): BesideCell => {
    const range = spread(key);
    return {
      text,
      // The sampled sets are of their own kind of host: their value is not always this one.
      figure: {
        mean: value,
        low: range === null ? null : Math.min(range.low, value),
        high: range === null ? null : Math.max(range.high, value),
      },
    };
  };
  return [
    ['Take', words(hosts.map(({ host, count }) => `${count} × ${host}`).join(' + '))],
    ['Whole course, USD', within(cost.usd, 'courseUsd', dollars(cost.usd))],
    ['A seat and hour, USD', exact(cost.usdPerSeatHour, cost.usdPerSeatHour.toFixed(3))],
    ['An hour in all, USD', exact(usdPerHour, usdPerHour.toFixed(2))],
    ['Seats on a host', within(hosts[0]!.seats, 'seats', String(hosts[0]!.seats))],
    ['Slowdown at p95', within(slowdownP95, 'slowdownP95', `${slowdownP95.toFixed(2)}×`)],
    ['How it feels, of 100', exact(feel, String(feel))],
    ...(boot === null
      ? []
      : [['All up after', exact(boot.seconds, secondsText(boot.seconds))] as [string, BesideCell]]),
    ['Next seat fails for', words(CAUSE_WORDS[binds])],
  ];
}

function answerOf(plans: readonly Named<PlanResult>[]): Answer {
  const costs = plans.flatMap(({ name, document: { recommended } }) =>
    recommended === null ? [] : [{ name, usd: recommended.cost.usd }],
  );
  const [cheapest] = [...costs].sort((a, b) => a.usd - b.usd);
  const first = costs.find(({ name }) => name === plans[0]!.name);
  const said = plans.map(({ name }) => {
    const own = costs.find((each) => each.name === name);
    if (own === undefined) return `${name}: nothing holds it`;
    const against = first === undefined || own === first ? '' : ` (${signedShare(own.usd / first.usd - 1)})`;
    return `${name}: ${dollars(own.usd)} USD${against}`;
  });
  return {
    question: `Which of ${plans.length} plans is cheapest for the whole course?`,
    verdict: 'none',
    headline: cheapest?.name ?? 'None has a host',
    sentence: `${said.join('; ')}.`,
  };
}

const signedShare = (share: number): string =>
  `${share < 0 ? '−' : '+'}${Math.abs(100 * share).toFixed(0)} %`;

/** Where the questions differ, what differs in the answers may be that. */
function notesOf([first, ...others]: readonly PlanResult[]): readonly string[] {
  const asked = ({ question }: PlanResult): Readonly<Record<string, unknown>> => ({
    templates: question.template.hash,
    seats: question.seats,
    'candidate hosts': question.hosts,
    courses: question.course,
    targets: question.targets,
    'probabilities asked for': question.probability,
    'platform profiles': question.platforms.map(({ hash }) => hash),
    seeds: question.seed,
  });
  const own = asked(first!);
  const different = Object.keys(own).filter((name) =>
    others.some((other) => JSON.stringify(asked(other)[name]) !== JSON.stringify(own[name])),
  );
  return [
    different.length === 0
      ? 'All were asked the same.'
      : `They were not asked the same: ${different.join(', ')} differ.`,
    ...([first!, ...others].some(({ complete }) => !complete) ? ['One of them was stopped early.'] : []),
  ];
}
