// Package socket keeps connections to Slack open over which Slack reaches slipway
// where slipway has no public address (Socket Mode,
// docs.slack.dev/apis/events-api/using-socket-mode).
//
// Slack gives an address for each connection (apps.connections.open), says hello
// over it, and then sends envelopes, each to any one of the connections that an app
// has. Each wants an acknowledgement, which may carry an answer. Every few hours,
// and whenever Slack likes, a connection has to be replaced.
//
// [Socket] keeps several connections, so that there is always one. A connection
// that is to go is used until its successor stands, and is closed only after what
// was begun on it has been acknowledged: what Slack still sends over it is not lost.
// A connection that goes silent counts as dead, whatever the operating system says
// of it. Whoever is refused waits, longer each time and never at the same moment as
// others, and says what would help.
//
// What is in an envelope, and whether it came before, is not known here.
package socket
