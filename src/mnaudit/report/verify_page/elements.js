// Parts of the page. Everything is made by createElement and filled by textContent: the policy of
// the page forbids markup from text.

const MARKS = {
  passed: '○',
  failed: '×',
  unknown: '△',
  'not-applicable': '－',
  VALID: '○',
  INVALID: '×',
  INDETERMINATE: '△',
  satisfied: '○',
  'not-satisfied': '×',
  indeterminate: '△',
  waived: '○※',
  match: '○',
  changed: '×',
  missing: '×',
  added: '×',
  withheld: '－',
};

/** Make an element: its classes, and its children, which are elements or text. */
function make(tag, classes, ...children) {
  const element = document.createElement(tag);
  if (classes) element.className = classes;
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** A mark carries the state together with the word beside it; color only decorates. */
function makeMark(state, word) {
  const mark = make('span', `mark ${state}`, MARKS[state]);
  mark.setAttribute('role', 'img');
  mark.setAttribute('aria-label', word);
  return mark;
}

const makeDecoration = (state) => {
  const mark = make('span', `mark ${state}`, MARKS[state]);
  mark.setAttribute('aria-hidden', 'true');
  return mark;
};

function makePart(title, ...children) {
  return make('section', 'part', make('h2', '', title), ...children);
}

const makeList = (classes, items) =>
  make('ul', classes, ...items.map((item) => (item.tagName === 'LI' ? item : make('li', '', item))));

function makeFacts(pairs) {
  return make(
    'dl',
    'facts',
    ...pairs.map(([term, value]) => make('div', '', make('dt', '', term), make('dd', '', value))),
  );
}

function makeDetails(classes, title, ...children) {
  return make('details', classes, make('summary', '', title), ...children);
}

function makeButton(title, act) {
  const button = make('button', '', title);
  button.type = 'button';
  button.addEventListener('click', act);
  return button;
}
