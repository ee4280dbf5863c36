"use strict";

/** Undoes the packing of long lists of numbers, wherever they stand in the data. */
function unpack(data) {
  if (data === null || typeof data !== "object") {
    return data;
  }
  if (typeof data.planes === "string") {
    return data.exponents ? digitsOf(data) : numbersOf(data);
  }
  for (const [name, value] of Object.entries(data)) {
    if (value !== null && typeof value === "object") {
      data[name] = unpack(value);
    }
  }
  return data;
}

/** Codes above the smallest number, null for 0; planes of low bytes come first. */
function numbersOf({ planes, least, decimals, length }) {
  const bytes = bytesOf(planes);
  const width = bytes.length / length;
  const scale = 10 ** decimals;
  const numbers = new Array(length);
  for (let row = 0; row < length; row += 1) {
    let code = 0;
    for (let plane = width - 1; plane >= 0; plane -= 1) {
      code = code * 256 + bytes[plane * length + row];
    }
    numbers[row] = code === 0 ? null : (code - 1 + least) / scale;
  }
  return numbers;
}

function digitsOf(packed) {
  const exponents = numbersOf(packed.exponents);
  return numbersOf(packed).map((digits, row) => (digits === null ? null : Number(`${digits}e${exponents[row]}`)));
}

function bytesOf(base64) {
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i += 1) {
    bytes[i] = binary.charCodeAt(i);
  }
  return bytes;
}
