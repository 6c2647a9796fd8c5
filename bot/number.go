package bot

import (
	"slices"
	"strconv"
	"strings"
)

// MaxNumber is the highest number of an id; ids up to it fit the form that
// ValidReleaseID requires.
const MaxNumber = 9_999_999_999

// ValidReleaseID says whether id has the form of a release id: a service's name, a dash
// and a number, such as "api-142". Previews have a "p" before the number, and batches a
// "b". Ids come from people and from webhooks, so they are checked before they become
// part of a key.
func ValidReleaseID(id string) bool {
	service, number, ok := splitReleaseID(id)
	return ok && ValidName(service) && number != ""
}

// ServiceOf returns the service's name in a release id; false: id is not one.
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
		return "", "", false // no id is assigned in this form, and each release has only one
	}
	for _, c := range number {
		if c < '0' || c > '9' {
			return "", "", false
		}
	}
	return service, number, true
}

// ReleaseNumber splits the id of a release that can start something, such as "api-142".
// It is false for previews and batches, which are numbered separately.
func ReleaseNumber(id string) (service string, number int64, ok bool) {
	service, ok = ServiceOf(id)
	if !ok {
		return "", 0, false
	}
	number, err := strconv.ParseInt(strings.TrimPrefix(id, service+"-"), 10, 64)
	return service, number, err == nil
}

const (
	// numbersNear is how far apart two numbers in succession may be: releases that were
	// never started leave gaps.
	numbersNear = 1000
	// numbersFar is how far beyond the store's last number any of them may be; the
	// store may have lost a lot.
	numbersFar = 1_000_000
)

// BelievedNumber returns the highest number to trust among those in the names of runs
// and deployments, which anybody with write access can choose. known is the last number
// that the store assigned, 0 if it lost that. A number counts if it is close to known
// or to most of the others; one far beyond them was made up, and would use up the
// numbers that are left.
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
