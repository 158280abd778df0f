import Table from 'cli-table3';

export function heading(text) {
  console.log(`\n${text}`);
}

export function table(head, rows) {
  const printed = new Table({ head, style: { head: [], border: [] } });
  for (const row of rows) printed.push(row.map(String));
  console.log(printed.toString());
}

export function millions(rate) {
  return rate >= 1e6 ? `${(rate / 1e6).toFixed(2)} M/s` : `${(rate / 1e3).toPrecision(3)} k/s`;
}

export function times({ median, least, greatest }) {
  return `${digits(median)} (${digits(least)} ... ${digits(greatest)})`;
}

function digits(value) {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

export function verdict(reached, wanted) {
  return `${reached >= wanted ? 'reached' : 'MISSED'}: at least ${wanted} wanted, ${digits(reached)} seen`;
}
