/** What a fact must be: one of these, or within bounds. */
export type Condition =
  | { readonly kind: 'one-of'; readonly values: readonly (string | number | boolean)[] }
  | { readonly kind: 'within'; readonly least: number | null; readonly most: number | null };

export const SEVERITIES = ['error', 'warning', 'info'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** One rule of the road, as written in platforms/rules/. */
export interface Rule {
  readonly id: string;
  /** What it looks at: the scenario once, each nested hypervisor, or each VM. */
  readonly each: 'scenario' | 'hypervisor' | 'vm';
  /** It concerns only what fulfils all of these; a fact that is not said fulfils none. */
  readonly when: Readonly<Record<string, Condition>>;
  /** What must hold; empty: whatever it concerns is told. */
  readonly needs: Readonly<Record<string, Condition>>;
  readonly severity: Severity;
  readonly reason: string;
  readonly advice: string;
  readonly source: string;
  /** When the source said so. */
  readonly asOf: string;
  /** How the source is known: read, or from memory. */
  readonly known: 'read' | 'recalled';
}
