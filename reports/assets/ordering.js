"use strict";

/** Orders numbers with the missing ones last whichever way the list is turned. */
function byNumber(column) {
  return (a, b, turned) => {
    const left = column[a];
    const right = column[b];
    if (left === null || right === null) {
      return left === right ? 0 : left === null ? 1 : -1;
    }
    return turned ? right - left : left - right;
  };
}

/** Orders texts by the reader's alphabet; each place is worked out once, on first use. */
function byText(texts) {
  let places = null;
  return (a, b, turned) => {
    if (places === null) {
      const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
      const order = Array.from(texts, (_, row) => row);
      order.sort((left, right) => collator.compare(texts[left] ?? "", texts[right] ?? ""));
      places = new Uint32Array(texts.length);
      order.forEach((row, place) => {
        places[row] = place;
      });
    }
    return turned ? places[b] - places[a] : places[a] - places[b];
  };
}

/** Orders texts that are stored once each in sorted order, so their codes order them. */
function byCode(column) {
  return (a, b, turned) =>
    turned ? codeAt(column, b) - codeAt(column, a) : codeAt(column, a) - codeAt(column, b);
}
