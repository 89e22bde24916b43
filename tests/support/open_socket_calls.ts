/**
 * Opens the C library before any test does: it stays open from the first connection that is reset, and would be
 * taken for a leak of that test. Import it where connections may be reset.
 */
import { socketCalls } from "../../src/server/_socket_calls.ts";

socketCalls();
