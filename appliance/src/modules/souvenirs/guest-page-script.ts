/**
 * Renews a guest's page in place, as often as the page itself asks for: nothing jumps, and a screen reader is told
 * what has changed and nothing else (WCAG 2.2.1, where a page that loads itself anew fails). A phone that runs no
 * script does without, and loads the page anew. Written for old phones.
 */
export const guestPageScript = `'use strict';
(function () {
  function main(page) {
    return page.querySelector('main');
  }
  function show(text) {
    var next = new DOMParser().parseFromString(text, 'text/html');
    if (main(next) === null) return;
    if (main(next).innerHTML !== main(document).innerHTML) {
      main(document).innerHTML = main(next).innerHTML;
      document.title = next.title;
      document.body.className = next.body.className;
    }
    main(document).setAttribute('data-renews', main(next).getAttribute('data-renews') || '');
  }
  function wait() {
    var seconds = Number(main(document).getAttribute('data-renews'));
    if (seconds > 0) setTimeout(renew, seconds * 1000);
  }
  function renew() {
    fetch(location.pathname).then(function (answer) { return answer.text(); }).then(show).then(wait, wait);
  }
  wait();
})();
`;
