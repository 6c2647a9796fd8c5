package bot

// Turnover reports that somebody's account, or the membership of one of the chat's
// groups, has changed, so that what was known of their rights may be wrong. The zero
// value: it may be anybody's.
type Turnover struct {
	Account string
	Group   string // a group of the chat, by id
}
