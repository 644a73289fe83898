// Makes a list of number fields into an order that is changed by buttons or by dragging, and adds points up while
// they are divided. The fields stay and can be typed in; without this file they are all there is.
"use strict";

(() => {
  const number = (field) => {
    const typed = field.value.trim();
    return /^\d{1,9}$/.test(typed) ? Number(typed) : null;
  };

  const filled = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));

  // --- putting in order ---

  function order(root) {
    const placed = root.querySelector("[data-rank-placed]");
    const rest = root.querySelector("[data-rank-rest]");
    const restTitle = root.querySelector("[data-rank-rest-title]");
    const status = root.querySelector("[data-rank-status]");
    const rows = [...root.querySelectorAll("[data-rank-row]")];
    const field = (row) => row.querySelector("input");
    const button = (row, action) => row.querySelector(`[data-rank="${action}"]`);
    const same = new Set(); // rows that share the place of the one above
    const list = () => [...placed.children];

    function show() {
      let place = 0;
      for (const [at, row] of list().entries()) {
        if (at === 0) {
          same.delete(row);
        }
        place += same.has(row) ? 0 : 1;
        field(row).value = String(place);
      }
      const last = list().length - 1;
      for (const row of rows) {
        const at = list().indexOf(row);
        const isPlaced = at >= 0;
        if (!isPlaced) {
          field(row).value = "";
          same.delete(row);
        }
        row.classList.toggle("ranking__row--same", same.has(row));
        row.querySelector("[data-rank-grip]").hidden = !isPlaced;
        for (const [action, isShown] of [["put", !isPlaced], ["up", isPlaced], ["down", isPlaced], ["same", isPlaced], ["out", isPlaced]]) {
          button(row, action).hidden = !isShown;
        }
        button(row, "up").setAttribute("aria-disabled", String(at === 0));
        button(row, "down").setAttribute("aria-disabled", String(at === last));
        button(row, "same").setAttribute("aria-disabled", String(at === 0));
        button(row, "same").setAttribute("aria-pressed", String(same.has(row)));
      }
      root.querySelector("[data-rank-empty]").hidden = placed.children.length > 0;
      restTitle.hidden = rest.children.length === 0;
      rest.hidden = rest.children.length === 0;
    }

    function say(row) {
      const goal = row.querySelector("label").textContent.trim();
      const place = field(row).value;
      status.textContent = filled(place ? root.dataset.said : root.dataset.left, { goal, place });
    }

    // Takes a row out of the places it shares: what stood below it and shared its place becomes the first of those.
    function loosen(row) {
      const next = row.nextElementSibling;
      if (!same.has(row) && next && row.parentElement === placed) {
        same.delete(next);
      }
      same.delete(row);
    }

    // Moves what lies between rather than the row itself, so that the pointer keeps hold of a row that is dragged.
    function insert(row, before) {
      const others = list().filter((other) => other !== row);
      const at = before ? others.indexOf(before) : others.length;
      for (const other of others.slice(0, at)) {
        if (row.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING) {
          placed.insertBefore(other, row);
        }
      }
      for (const other of others.slice(at).reverse()) {
        if (row.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_PRECEDING) {
          row.after(other);
        }
      }
    }

    function move(row, before) {
      if (before === row || (before && before === row.nextElementSibling && row.parentElement === placed)) {
        return;
      }
      loosen(row);
      insert(row, before);
      const next = row.nextElementSibling;
      if (next && same.has(next)) {
        same.add(row); // in the middle of goals that share a place
      }
    }

    function act(row, action) {
      const at = list().indexOf(row);
      if (action === "put") {
        placed.append(row);
      } else if (action === "out") {
        loosen(row);
        rest.append(row);
      } else if (action === "up" && at > 0) {
        move(row, list()[at - 1]);
      } else if (action === "down" && at < list().length - 1) {
        move(row, list()[at + 2] || null);
      } else if (action === "same" && at > 0) {
        same[same.has(row) ? "delete" : "add"](row);
      } else {
        return;
      }
      show();
      say(row);
      const pressed = button(row, action);
      const next = action === "put" ? rest.querySelector('[data-rank="put"]') : pressed;
      (next && !next.hidden ? next : button(row, action === "out" ? "put" : "up")).focus();
    }

    // A number that was typed puts its goal where it says; equal numbers share a place, none leaves the goal out.
    let isMoving = false; // a field that is moved loses the focus, and says once more that it changed

    function typed(changed) {
      if (isMoving) {
        return;
      }
      isMoving = true;
      place(changed);
      isMoving = false;
    }

    function place(changed) {
      const read = rows.map((row) => ({ row, value: number(field(row)) }));
      if (changed && changed.value.trim() && number(changed) === null) {
        return; // nothing that can be read: it stays, and the server says what is wrong
      }
      const inOrder = read.filter(({ value }) => value !== null && value > 0);
      inOrder.sort((one, other) => one.value - other.value);
      same.clear();
      for (const [at, { row, value }] of inOrder.entries()) {
        placed.append(row);
        if (at > 0 && inOrder[at - 1].value === value) {
          same.add(row);
        }
      }
      for (const { row, value } of read) {
        if (value === null || value === 0) {
          rest.append(row);
        }
      }
      show();
      if (changed) {
        changed.focus();
        say(changed.closest("[data-rank-row]"));
      }
    }

    function drag(row, down) {
      const grip = row.querySelector("[data-rank-grip]");
      down.preventDefault();
      grip.setPointerCapture(down.pointerId);
      row.classList.add("ranking__row--dragged");
      const follow = (event) => {
        const under = list().find((other) => {
          const box = other.getBoundingClientRect();
          return other !== row && event.clientY >= box.top && event.clientY <= box.bottom;
        });
        if (under) {
          const box = under.getBoundingClientRect();
          const isBelow = event.clientY > box.top + box.height / 2;
          move(row, isBelow ? under.nextElementSibling : under);
          show();
        }
      };
      const stop = () => {
        grip.removeEventListener("pointermove", follow);
        row.classList.remove("ranking__row--dragged");
        say(row);
      };
      grip.addEventListener("pointermove", follow);
      grip.addEventListener("pointerup", stop, { once: true });
      grip.addEventListener("pointercancel", stop, { once: true });
    }

    for (const row of rows) {
      row.querySelector("[data-rank-buttons]").hidden = false;
      row.querySelector("[data-rank-grip]").addEventListener("pointerdown", (event) => drag(row, event));
      field(row).addEventListener("change", (event) => typed(event.target));
    }
    root.addEventListener("click", (event) => {
      const pressed = event.target.closest("button[data-rank]");
      if (pressed) {
        act(pressed.closest("[data-rank-row]"), pressed.dataset.rank);
      }
    });
    // Enter in a number puts the goal there; the form is sent by its button.
    root.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.target.matches("input")) {
        event.preventDefault();
        typed(event.target);
      }
    });
    root.querySelector("[data-rank-placed-part]").hidden = false;
    root.classList.add("ranking--live");
    if (!root.querySelector("[aria-invalid='true']")) {
      typed(null);
    } else {
      for (const row of rows) {
        row.querySelector("[data-rank-buttons]").hidden = true; // first what is wrong in the fields
      }
      root.querySelector("[data-rank-placed-part]").hidden = true;
    }
  }

  // --- dividing points ---

  function weigh(root) {
    const points = Number(root.dataset.weighing);
    const sum = root.querySelector("[data-weighing-sum]");
    const fields = [...root.querySelectorAll("input")];
    const add = () => {
      const given = fields.reduce((total, field) => total + (number(field) || 0), 0);
      const text = given === points ? root.dataset.exact : given < points ? root.dataset.less : root.dataset.more;
      sum.textContent = filled(text, { given, left: points - given, over: given - points });
      sum.classList.toggle("ranking__sum--exact", given === points);
      sum.classList.toggle("ranking__sum--over", given > points);
    };
    root.addEventListener("input", add);
    add();
  }

  document.querySelectorAll("[data-ranking]").forEach(order);
  document.querySelectorAll("[data-weighing]").forEach(weigh);
})();
