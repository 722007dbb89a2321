/** All pages of a list as one. */
export async function pages<Page, Row>(
  paged: AsyncIterable<Page>,
  rows: (page: Page) => readonly Row[] | undefined,
): Promise<Row[]> {
  const all: Row[] = [];
  for await (const page of paged) all.push(...(rows(page) ?? []));
  return all;
}
