package readiness

import "strings"

// plainJSON removes what people and tools add to JSON: a byte order mark, comments, and
// trailing commas. It changes nothing else, and nothing inside strings.
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

// quotedLength is the length of the string at the beginning of this text.
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

// until is the index of an end marker; if it is missing, the whole length.
func until(rest, end string) int {
	if i := strings.Index(rest, end); i >= 0 {
		return i
	}
	return len(rest)
}

// withoutComma removes a trailing comma and the space after it.
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
