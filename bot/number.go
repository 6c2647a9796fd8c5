package bot

import (
	"slices"
	"strconv"
	"strings"
)

// MaxNumber is the highest number that an id is given; ids with it are still of
// the form that ValidReleaseID demands.
const MaxNumber = 9_999_999_999

// ValidReleaseID says whether id has the shape of a release id: a service's
// name, a dash and a number, such as "api-142". Previews have a "p" before
// the number, and batches a "b". Ids come from people and from webhooks, so they are checked
// before they become part of a key.
func ValidReleaseID(id string) bool {
	service, number, ok := splitReleaseID(id)
	return ok && ValidName(service) && number != ""
}

// ServiceOf returns the service's name within a release id, and false when id
// has not the shape of one.
func ServiceOf(id string) (string, bool) {
	if !ValidReleaseID(id) {
		return "", false
	}
	service, _, _ := splitReleaseID(id)
	return service, true
}

func splitReleaseID(id string) (service, number string, ok bool) {
	i := strings.LastIndexByte(id, '-')
	if i <= 0 || len(id)-i > 12 {
		return "", "", false
	}
	service, number = id[:i], id[i+1:]
	if number != "" && (number[0] == 'p' || number[0] == 'b') {
		number = number[1:]
	}
	if len(number) > 1 && number[0] == '0' {
		return "", "", false // none is given like that, and one release has one id
	}
	for _, c := range number {
		if c < '0' || c > '9' {
			return "", "", false
		}
	}
	return service, number, true
}

// ReleaseNumber splits an id of what can be started, "api-142", and is false of
// previews and batches, which are counted apart.
func ReleaseNumber(id string) (service string, number int64, ok bool) {
	service, ok = ServiceOf(id)
	if !ok {
		return "", 0, false
	}
	number, err := strconv.ParseInt(strings.TrimPrefix(id, service+"-"), 10, 64)
	return service, number, err == nil
}

const (
	// numbersNear is how far the next number may be from the one before it:
	// releases that were never started leave a gap.
	numbersNear = 1000
	// numbersFar is how far all of them together may be from what the store
	// knows, which may have forgotten a lot.
	numbersFar = 1_000_000
)

// BelievedNumber says up to which number ids count that come from outside, from
// runs and deployments, which anybody may have named who can write there. known
// is the last one that the store has given, 0 if it has forgotten. Believed is
// what lies near that or near most of the others; a number far beyond them is
// made up, and would use up the numbers that are left.
func BelievedNumber(known int64, told []int64) int64 {
	told = slices.Compact(slices.Sorted(slices.Values(told)))
	believed := known
	if len(told) > 0 {
		if middle := told[(len(told)-1)/2]; middle > believed && middle <= known+numbersFar {
			believed = middle
		}
	}
	for _, n := range told {
		if n > believed && n <= believed+numbersNear {
			believed = n
		}
	}
	return min(believed, MaxNumber)
}
