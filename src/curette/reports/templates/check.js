// Shows only the claims and findings that are asked for; without it all of them stand. What is printed is what is shown.
const form = document.querySelector(".filters");
if (form) {
  const claims = Array.from(document.querySelectorAll(".claim"), (element) => ({
    element,
    text: element.textContent.toLowerCase(),
    findings: Array.from(element.querySelectorAll("[data-finding]")),
    below: Array.from(element.querySelectorAll("tr.below")),
  }));
  const boxes = form.querySelectorAll("[name=severity]").length;
  const shown = form.querySelector("[data-shown]");
  const apply = () => {
    const asked = new FormData(form);
    const severities = new Set(asked.getAll("severity"));
    const rule = asked.get("rule"), payer = asked.get("payer"), provider = asked.get("provider");
    const words = asked.get("words").toLowerCase().split(/\s+/).filter(Boolean);
    let left = 0, found = 0;
    for (const claim of claims) {
      const here = (!payer || claim.element.dataset.payer === payer) &&
        (!provider || claim.element.dataset.provider === provider) && words.every((word) => claim.text.includes(word));
      let some = 0;
      for (const finding of claim.findings) {
        finding.hidden = !(severities.has(finding.dataset.severity) && (!rule || finding.dataset.rule === rule));
        some += !finding.hidden;
      }
      for (const row of claim.below) {
        row.hidden = !row.querySelector("[data-finding]:not([hidden])");
        row.previousElementSibling.classList.toggle("hit", !row.hidden);
      }
      claim.element.hidden = !here || !some;
      if (!claim.element.hidden) { left += 1; found += some; }
    }
    const chosen = [rule, payer, provider, ...words].filter(Boolean);
    if (severities.size < boxes) chosen.push([...severities].join(", ") || "no severity");
    shown.textContent = left + " of " + claims.length + " shown, " + found + (found === 1 ? " finding" : " findings") +
      (chosen.length ? ": " + chosen.join("; ") : "");
  };
  form.hidden = false;
  form.addEventListener("input", apply);
  form.addEventListener("reset", () => setTimeout(apply));
  form.addEventListener("submit", (event) => event.preventDefault());
  apply();
}
