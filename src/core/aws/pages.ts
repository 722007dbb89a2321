/** All pages of a list as one. */
export async function pages<Page, Row>(
  paged: AsyncIterable<Page>,
  rows: (page: Page) => readonly Row[] | undefined,
): Promise<Row[]> {
  const all: Row[] = [];
  for await (const page of paged) all.push(...(rows(page) ?? []));
  return all;
}

/** EC2 gives what has no page size as one answer, which in a large account it throttles, or does not end in time (EC2 guide, "Pagination"). */
export const ec2PageSize = 1000;
