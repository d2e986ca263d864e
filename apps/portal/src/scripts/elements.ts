type Child = Node | string;

/** Makes an element; text children are set as text, never as HTML. */
export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  properties: { class?: string; href?: string; lang?: string } = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  if (properties.class) made.className = properties.class;
  if (properties.lang) made.lang = properties.lang;
  if (properties.href !== undefined) made.setAttribute('href', properties.href);
  made.append(...children);
  return made;
}

/** The element a page must have; its absence is our mistake, not the visitor's. */
export function need<T extends Element>(selector: string, within: ParentNode = document): T {
  const found = within.querySelector<T>(selector);
  if (!found) throw new Error(`the page lacks ${selector}`);
  return found;
}

export const pageLanguage: 'vi' | 'en' = document.documentElement.lang === 'en' ? 'en' : 'vi';
