package bot

// Lineage says on which of the branches that a target allows a commit is.
type Lineage struct {
	// On is the branch; empty: it is on none of those that were looked at.
	On string
	// Asked are the branches that were looked at.
	Asked []string
	// Untold are those of them of which the code host does not tell whether the
	// commit is on them.
	Untold []string
	// Left is how many further branches match that were not looked at.
	Left int
}
