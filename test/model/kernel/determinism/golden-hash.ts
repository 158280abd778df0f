/** What `traceHash` gives, on every engine. It changes when the kernel's results change: then say why. */
export const GOLDEN_HASH = '88e0aba878ff28d9bc6fa21cf1c77984';
