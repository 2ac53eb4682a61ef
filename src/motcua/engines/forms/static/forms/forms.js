/* Forms work without this script. It shows and hides questions and suggests units:
   <div data-forms> … <div data-forms-if="[…]"> holds a question and the condition that hides it. */
(function () {
  "use strict";

  var operators = {
    "=": function (a, b) { return a === b; },
    "!=": function (a, b) { return a !== b; },
    "<": function (a, b) { return filled(a, b) && a < b; },
    "<=": function (a, b) { return filled(a, b) && a <= b; },
    ">": function (a, b) { return filled(a, b) && a > b; },
    ">=": function (a, b) { return filled(a, b) && a >= b; },
    "and": function (a, b) { return a === true && b === true; },
    "or": function (a, b) { return a === true || b === true; },
    "not": function (a) { return a !== true; },
    "in": function (a) { return Array.prototype.slice.call(arguments, 1).indexOf(a) >= 0; },
    "+": function (a, b) { return filled(a, b) ? a + b : null; },
    "-": function (a, b) { return filled(a, b) ? a - b : null; },
    "*": function (a, b) { return filled(a, b) ? a * b : null; },
    "/": function (a, b) { return filled(a, b) && b !== 0 ? a / b : null; },
    "if": function (a, b, c) { return a === true ? b : c; },
    "min": function (a) { return a && a.length ? Math.min.apply(null, a) : null; },
    "max": function (a) { return a && a.length ? Math.max.apply(null, a) : null; },
    "sum": function (a) { return a ? a.reduce(function (x, y) { return x + y; }, 0) : null; },
    "count": function (a) { return a ? a.length : null; },
    "string length": function (a) { return a === null ? null : a.length; },
    "contains": function (a, b) { return filled(a, b) && a.indexOf(b) >= 0; },
    "list contains": function (a, b) { return filled(a, b) && a.indexOf(b) >= 0; },
    "starts with": function (a, b) { return filled(a, b) && a.indexOf(b) === 0; },
    "ends with": function (a, b) { return filled(a, b) && a.slice(-b.length) === b; },
    "date": function (a) { return a; }
  };

  function filled(a, b) { return a !== null && b !== null; }

  function number(text, whole) {
    var compact = text.replace(/\s/g, "").replace(/(đồng|đ|vnđ|vnd|₫)\.?$/i, "");
    if (/^-?\d{1,3}(\.\d{3})+(,\d+)?$/.test(compact)) { compact = compact.replace(/\./g, ""); }
    if (whole && /^-?\d{1,3}(,\d{3})+$/.test(compact)) { compact = compact.replace(/,/g, ""); }
    var value = Number(compact.replace(",", "."));
    return compact === "" || isNaN(value) ? null : value;
  }

  function day(text) {
    var parts = /^\s*(\d{1,2})[\/.\-](\d{1,2})[\/.\-](\d{4})\s*$/.exec(text);
    return parts ? parts[3] + "-" + ("0" + parts[2]).slice(-2) + "-" + ("0" + parts[1]).slice(-2) : null;
  }

  function answer(form, name, kind) {
    var values = new FormData(form).getAll(name);
    if (kind === "boolean") { return values.length > 0; }
    if (kind === "list") { return values.length ? values : null; }
    var text = values.length ? String(values[0]).trim() : "";
    if (text === "") { return null; }
    return kind === "number" || kind === "whole" ? number(text, kind === "whole") : kind === "date" ? day(text) : text;
  }

  function value(form, term) {
    if (term[0] === "value") { return term[1]; }
    if (term[0] === "name") {
      var held = form.querySelector('[name="' + CSS.escape(term[1]) + '"]');
      return held && held.closest("[data-forms-if][hidden]") ? null : answer(form, term[1], term[2]);
    }
    return operators[term[0]].apply(null, term.slice(1).map(function (inner) { return value(form, inner); }));
  }

  function settle(form) {
    var parts = form.querySelectorAll("[data-forms-if]");
    for (var round = 0; round < 20; round += 1) {
      var changed = false;
      parts.forEach(function (part) {
        var hide = value(form, JSON.parse(part.getAttribute("data-forms-if"))) === true;
        changed = changed || part.hidden !== hide;
        part.hidden = hide;
      });
      if (!changed) { return; }
    }
  }

  function later(work, delay) {
    var timer = null;
    return function () {
      window.clearTimeout(timer);
      timer = window.setTimeout(work, delay);
    };
  }

  function suggest(input) {
    var list = document.createElement("datalist");
    list.id = input.id + "-units";
    input.after(list);
    input.setAttribute("list", list.id);
    input.setAttribute("autocomplete", "off");
    input.addEventListener("input", later(function () {
      var url = new URL(input.getAttribute("data-forms-suggest"), window.location.href);
      url.searchParams.set("q", input.value);
      fetch(url, { credentials: "same-origin" }).then(function (response) { return response.json(); }).then(function (units) {
        list.replaceChildren.apply(list, units.map(function (unit) {
          var option = document.createElement("option");
          option.value = unit.name;
          return option;
        }));
      }, function () { list.replaceChildren(); });
    }, 200));
  }

  function start(box) {
    var form = box.closest("form");
    if (!form || form.dataset.formsStarted) { return; }
    form.dataset.formsStarted = "yes";
    form.addEventListener("input", function () { settle(form); });
    form.querySelectorAll("[data-forms-suggest]").forEach(suggest);
    settle(form);
  }

  function startAll() { document.querySelectorAll("[data-forms]").forEach(start); }

  if (document.readyState === "loading") { document.addEventListener("DOMContentLoaded", startAll); } else { startAll(); }
  document.addEventListener("htmx:load", startAll);
}());
