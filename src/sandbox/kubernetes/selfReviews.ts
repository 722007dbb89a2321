import type { ApiRequest } from './apiServer.ts';
import { isAllowed, rulesFor } from './authorization.ts';
import { decode } from './decode.ts';
import { at, isObject, textAt } from './fields.ts';
import type { Kind } from './kinds.ts';
import type { ObjectStore } from './objectStore.ts';
import { parseBody } from './requestBody.ts';

/** What `kubectl auth can-i`, `can-i --list` and `whoami` ask. */
export function review(store: ObjectStore, request: ApiRequest, kind: Kind): object {
  const { user } = request;
  const { object } = decode(parseBody(request), kind, 'Ignore');
  const answered = (status: object) => ({ ...object, metadata: {}, status });
  if (kind.plural === 'selfsubjectreviews')
    return answered({ userInfo: { username: user.name, groups: user.groups, extra: user.extra } });
  if (kind.plural === 'selfsubjectrulesreviews') {
    const rules = rulesFor(store, user, textAt(object, 'spec.namespace'));
    return answered({
      resourceRules: rules.filter(rule => rule.resources?.length),
      nonResourceRules: rules.filter(rule => rule.nonResourceURLs?.length),
      incomplete: false,
    });
  }
  const resource = at(object, 'spec.resourceAttributes');
  const asked = isObject(resource) ? resource : at(object, 'spec.nonResourceAttributes');
  const subresource = textAt(asked, 'subresource');
  const action = {
    verb: textAt(asked, 'verb'),
    group: textAt(asked, 'group'),
    resource: subresource === '' ? textAt(asked, 'resource') : `${textAt(asked, 'resource')}/${subresource}`,
    namespace: textAt(asked, 'namespace') || undefined,
    name: textAt(asked, 'name'),
    ...(isObject(resource) ? {} : { path: textAt(asked, 'path') }),
  };
  return answered({ allowed: isAllowed(store, user, action) });
}
