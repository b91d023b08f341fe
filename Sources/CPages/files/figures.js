// The figures come as they are: what is left to do here is to sign in and out.
import { find, signOut, withToken } from "/assets/page.js";

const main = find("main");
const leave = find("leave");

if (main.childElementCount) {
  leave.hidden = false;
  leave.addEventListener("click", () => signOut("board"));
} else {
  // Whoever comes by a link of another site is signed in all the same: the browser tells us so from here on.
  withToken("read", main, () => location.replace(location.href));
}
