/** What the reward page and the app around it say to each other, version 1. Numbers named `id` are the sender's own. */

export type FromPage = Ready | Resized | OpenOutside | AskBeforeClosing | Closed | FailedToLoad | Ack;
export type FromHost = Ack | Theme | Insets | Language | Close;

/** Said again until it is acknowledged; everything else waits for that. */
export interface Ready { reward: 1; type: "ready"; id: number; accepts: ("theme" | "insets" | "language" | "close")[] }
/** CSS pixels that suit the campaign, the same in every state of a reward. */
export interface Resized { reward: 1; type: "resized"; id: number; height: number }
/** Open in the system's browser, then acknowledge; without that the person gets the address and a QR code. */
export interface OpenOutside { reward: 1; type: "open-outside"; id: number; url: string }
/** Whether to ask the person before the view is closed: true while they are away in the browser. */
export interface AskBeforeClosing { reward: 1; type: "ask-before-closing"; id: number; ask: boolean }
/** The answer to `close`: the view can go. */
export interface Closed { reward: 1; type: "closed"; id: number }
/** There is no reward to show: the link is no link, or the service has a fault. */
export interface FailedToLoad { reward: 1; type: "failed-to-load"; id: number }
/** By either side: the message with this `id` was taken. */
export interface Ack { reward: 1; type: "ack"; id: number }
export interface Theme { reward: 1; type: "theme"; id: number; theme: "light" | "dark" | "auto" }
/** CSS pixels that the app's own bars or the screen's edges cover. */
export interface Insets { reward: 1; type: "insets"; id: number; top: number; right: number; bottom: number; left: number }
/** A language tag, as in `Accept-Language`. */
export interface Language { reward: 1; type: "language"; id: number; language: string }
export interface Close { reward: 1; type: "close"; id: number }
