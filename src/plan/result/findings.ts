import type { Finding } from '../../model/experiment/result.ts';
import type { Host } from '../../model/scenario/scenario.ts';
import { hourlyPrice } from '../cost/host-price.ts';
import type { PlanQuestion } from '../plan-question.ts';
import type { HostRow, PlanResult } from './plan-result.ts';
import { countSeats } from './words.ts';

/** Days after which a price is called old. */
const OLD_DAYS = 180;
/** A price looked up anew may turn the order of hosts that are less than so many times apart. */
const PRICES_MAY_MOVE = 1.5;
const MS_A_DAY = 86_400_000;

/** What the reader must know in words. */
export function findingsOf(
  question: PlanQuestion,
  rows: readonly HostRow[],
  { recommended, confidence, curve }: Pick<PlanResult, 'recommended' | 'confidence' | 'curve'>,
  complete: boolean,
): readonly Finding[] {
  return [
    ...stopped(complete, rows.length, question.hosts.length),
    ...quick(question, recommended),
    ...leftOut(question),
    ...(complete || rows.length === question.hosts.length ? nothingFits(rows, recommended) : []),
    ...oldPrices(question, rows),
    ...retiring(question, recommended),
    ...unknownSpeeds(rows, recommended),
    ...withoutSpotPrice(question, recommended),
    ...flexHosts(question, recommended),
    ...disagreement(recommended, curve),
    ...wide(confidence),
    ...notes(question, recommended),
    ...ruleWarnings(question, recommended),
  ];
}

function stopped(complete: boolean, done: number, of: number): Finding[] {
  if (complete) return [];
  const text =
    done < of
      ? `stopped after ${done} of ${of} hosts: what it says is of those, not of all`
      : 'stopped after all hosts were explored: not everything was confirmed or worked out';
  return [{ severity: 'warning', code: 'stopped', text }];
}

function quick({ quick: asked }: PlanQuestion, recommended: PlanResult['recommended']): Finding[] {
  if (!asked || recommended === null) return [];
  return [
    {
      severity: 'note',
      code: 'quick',
      text: 'a quick answer, by the fluid engine alone: without --quick the exact engine is asked, too, and what would change it and how sure it is are worked out',
    },
  ];
}

function leftOut({ leftOut: groups }: PlanQuestion): Finding[] {
  return groups.map(({ platform, hosts, reason }) => ({
    severity: 'warning',
    code: 'hosts-left-out',
    text:
      `${hosts.length === 1 ? `${hosts[0]} is` : `${hosts.length} hosts (${hosts[0]} and others) are`} not looked at: ` +
      `the template cannot be on their platform ${platform}: ${reason}`,
  }));
}

function nothingFits(rows: readonly HostRow[], recommended: PlanResult['recommended']): Finding[] {
  if (recommended !== null) return [];
  const unpriced = rows.filter(({ seats, price }) => seats > 0 && price === null);
  if (unpriced.length > 0) {
    const best = unpriced.reduce((found, next) => (next.seats > found.seats ? next : found));
    const text = `none of the hosts that hold a seat has a price: ${best.host} holds ${best.seats}; give it one under purchase or price in a catalogue of yours (price: 0 USD/h where it is paid for)`;
    return [{ severity: 'warning', code: 'no-price', text }];
  }
  return [
    { severity: 'error', code: 'nothing-fits', text: 'no host holds even one seat within the targets' },
  ];
}

/** Of the catalogues that the cheapest hosts are in: what is far too dear at an old price needs no new one. */
function oldPrices({ hosts, today }: PlanQuestion, rows: readonly HostRow[]): Finding[] {
  if (today === null) return [];
  const cheapest = rows.find(({ courseUsd }) => courseUsd !== null)?.courseUsd ?? Number.POSITIVE_INFINITY;
  const near = new Set(
    rows
      .filter(({ courseUsd }) => courseUsd === null || courseUsd <= PRICES_MAY_MOVE * cheapest)
      .map(({ host }) => host),
  );
  const theirs = hosts.filter(({ name }) => near.has(name));
  return oldPriceDates(theirs, today).map(({ catalogue, asOf, days }) => ({
    severity: 'warning',
    code: 'old-prices',
    text: `prices of ${catalogue} are of ${asOf}, ${days} days before ${today}: look them up before you decide`,
  }));
}

/** Catalogues whose prices were true long before a day, and how long. */
export function oldPriceDates(
  hosts: readonly Host[],
  today: string,
): readonly { readonly catalogue: string; readonly asOf: string; readonly days: number }[] {
  const dates = new Map<string, string>();
  for (const { price, catalogue } of hosts) {
    if (price?.asOf !== undefined && price.asOf !== null) dates.set(catalogue?.name ?? 'a host', price.asOf);
  }
  return [...dates]
    .map(([catalogue, asOf]) => ({
      catalogue,
      asOf,
      days: Math.round((Date.parse(today) - Date.parse(asOf)) / MS_A_DAY),
    }))
    .filter(({ days }) => days > OLD_DAYS);
}

function retiring({ hosts, today }: PlanQuestion, recommended: PlanResult['recommended']): Finding[] {
  return ofRecommended(hosts, recommended).flatMap(({ name, retires }) =>
    retires === undefined
      ? []
      : [
          {
            severity: today !== null && retires <= today ? 'error' : 'warning',
            code: 'retires',
            text: `${name} can no longer be had from ${retires} on`,
          } as const,
        ],
  );
}

function unknownSpeeds(rows: readonly HostRow[], recommended: PlanResult['recommended']): Finding[] {
  const names = new Set(recommended?.hosts.map(({ host }) => host));
  return rows
    .filter(({ host, speed }) => names.has(host) && speed === null)
    .map(({ host }) => ({
      severity: 'note',
      code: 'speed-unknown',
      text: `nobody publishes how fast the cores of ${host} are: they are taken to be as fast as the reference core`,
    }));
}

/** Who asks for spot prices must not take an on-demand one for one. */
function withoutSpotPrice({ hosts, terms }: PlanQuestion, recommended: PlanResult['recommended']): Finding[] {
  if (!terms.spot) return [];
  return ofRecommended(hosts, recommended)
    .filter((host) => hourlyPrice(host, terms)?.tenure === 'on-demand')
    .map(({ name }) => ({
      severity: 'note',
      code: 'no-spot-price',
      text: `spot prices were to be taken, and no catalogue has one of ${name}: it is reckoned with at its on-demand price`,
    }));
}

function flexHosts({ hosts }: PlanQuestion, recommended: PlanResult['recommended']): Finding[] {
  return ofRecommended(hosts, recommended)
    .filter(({ flex }) => flex === true)
    .map(({ name }) => ({
      severity: 'warning',
      code: 'flex',
      text: `${name} promises its full CPU for part of the time only: a class that works all day may be throttled, which is not simulated`,
    }));
}

/** A factor between the engines that a reader of the curve would stumble over. */
const DISAGREE = 1.25;

function disagreement(recommended: PlanResult['recommended'], curve: PlanResult['curve']): Finding[] {
  const [host] = recommended?.hosts ?? [];
  const point = curve?.points.find(({ seats }) => seats === host?.seats);
  if (!recommended?.confirmed || host === undefined || curve?.host !== host.host || point === undefined)
    return [];
  const factor = point.slowdownP95 / recommended.slowdownP95;
  if (factor < DISAGREE && factor > 1 / DISAGREE) return [];
  return [
    {
      severity: 'note',
      code: 'engines-disagree',
      text:
        `with ${countSeats(host.seats)} the fluid engine, which draws the curve and answers the what-if rows, sees a slowdown of ` +
        `${point.slowdownP95.toFixed(2)} where the exact one sees ${recommended.slowdownP95.toFixed(2)}: it has no turns, and no scheduler's own ways`,
    },
  ];
}

/** More than this between the ends: the answer leans on numbers nobody has measured. */
const WIDE = 2;

function wide(confidence: PlanResult['confidence']): Finding[] {
  if (confidence === null) return [];
  const { low, high } = confidence.seats;
  if (high <= WIDE * Math.max(low, 1)) return [];
  const text = `the uncertain numbers behind it allow anything from ${low} to ${high} seats on ${confidence.host}: ${confidence.measurement}`;
  return [{ severity: 'warning', code: 'wide', text }];
}

function notes({ hosts }: PlanQuestion, recommended: PlanResult['recommended']): Finding[] {
  return ofRecommended(hosts, recommended).flatMap(({ name, note }) =>
    note === undefined ? [] : [{ severity: 'note', code: 'host-note', text: `${name}: ${note}` } as const],
  );
}

function ruleWarnings(question: PlanQuestion, recommended: PlanResult['recommended']): Finding[] {
  const said = new Set(
    ofRecommended(question.hosts, recommended).flatMap((host) => question.rules(host).warnings),
  );
  return [...said].map((text) => ({ severity: 'warning', code: 'rule', text }));
}

function ofRecommended(
  hosts: PlanQuestion['hosts'],
  recommended: PlanResult['recommended'],
): PlanQuestion['hosts'] {
  const names = new Set(recommended?.hosts.map(({ host }) => host));
  return hosts.filter(({ name }) => names.has(name));
}
