package bot

// Turnover is that somebody may not be any more who they were: their account, or
// who is in a group of the chat, has changed. The zero value: anybody.
type Turnover struct {
	Account string
	Group   string // of the chat, by its id there
}
