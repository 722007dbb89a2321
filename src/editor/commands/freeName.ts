/** The name itself, or with the first number that nobody has: `orders-2.private-eks.yaml`. */
export async function freeName(name: string, isTaken: (name: string) => Promise<boolean>): Promise<string> {
  const dot = name.indexOf('.');
  const [stem, rest] = dot < 0 ? [name, ''] : [name.slice(0, dot), name.slice(dot)];
  let tried = name;
  for (let number = 2; await isTaken(tried); number++) tried = `${stem}-${number}${rest}`;
  return tried;
}
