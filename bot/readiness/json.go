package readiness

import "strings"

// plainJSON makes JSON of what people and tools write beside it: a byte order
// mark, comments, and commas at the ends of lists. Every other byte stays, and
// texts stay as they are.
func plainJSON(text string) []byte {
	in := strings.TrimPrefix(text, "\ufeff")
	out := make([]byte, 0, len(in))
	for i := 0; i < len(in); {
		width := 1
		switch rest := in[i:]; {
		case rest[0] == '"':
			width = quotedLength(rest)
			out = append(out, rest[:width]...)
		case strings.HasPrefix(rest, "//"):
			width = until(rest, "\n")
		case strings.HasPrefix(rest, "/*"):
			width = min(2+until(rest[2:], "*/")+len("*/"), len(rest))
		case rest[0] == ']' || rest[0] == '}':
			out = append(withoutComma(out), rest[0])
		default:
			out = append(out, rest[0])
		}
		i += width
	}
	return out
}

// quotedLength is how long the text in quotes is that this begins with.
func quotedLength(rest string) int {
	for i := 1; i < len(rest); i++ {
		switch rest[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(rest)
}

// until is where the end of something begins; without one, it is all.
func until(rest, end string) int {
	if i := strings.Index(rest, end); i >= 0 {
		return i
	}
	return len(rest)
}

// withoutComma takes away a comma at the end, and the space behind it.
func withoutComma(out []byte) []byte {
	end := len(out)
	for end > 0 && strings.IndexByte(" \t\r\n", out[end-1]) >= 0 {
		end--
	}
	if end > 0 && out[end-1] == ',' {
		return out[:end-1]
	}
	return out
}
