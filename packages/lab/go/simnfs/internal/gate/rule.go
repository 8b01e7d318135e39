package gate

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Operation is what a rule can be about: a request of the kernel.
type Operation string

// The operations that pass the gate. Making any kind of file but a directory is create.
const (
	opLookup   Operation = "lookup"
	opGetAttr  Operation = "getattr"
	opSetAttr  Operation = "setattr"
	opAccess   Operation = "access"
	opReadlink Operation = "readlink"
	opCreate   Operation = "create"
	opMkdir    Operation = "mkdir"
	opSymlink  Operation = "symlink"
	opLink     Operation = "link"
	opUnlink   Operation = "unlink"
	opRmdir    Operation = "rmdir"
	opRename   Operation = "rename"
	opOpen     Operation = "open"
	opRead     Operation = "read"
	opWrite    Operation = "write"
	opFlush    Operation = "flush"
	opFsync    Operation = "fsync"
	opOpenDir  Operation = "opendir"
	opReadDir  Operation = "readdir"
	opStatFS   Operation = "statfs"
)

// everyOperation is the OPS of a fault that names none.
const everyOperation = "all"

// single are the operations that OPS may name one by one.
var single = []Operation{
	opLookup, opGetAttr, opSetAttr, opAccess, opReadlink, opCreate, opMkdir, opSymlink, opLink, opUnlink,
	opRmdir, opRename, opOpen, opRead, opWrite, opFlush, opFsync, opOpenDir, opReadDir, opStatFS,
}

// groups are operations that OPS may name together.
var groups = map[string][]Operation{
	everyOperation: single,
	"data":         {opRead, opWrite, opFlush, opFsync},
	"modify":       {opSetAttr, opCreate, opMkdir, opSymlink, opLink, opUnlink, opRmdir, opRename, opWrite},
	"grow":         {opCreate, opMkdir, opSymlink, opLink, opWrite},
	"sync":         {opFlush, opFsync},
}

// operations are all names that OPS may have.
var operations = func() map[string][]Operation {
	names := maps.Clone(groups)
	for _, op := range single {
		names[string(op)] = []Operation{op}
	}
	return names
}()

// errnos are the errors that a rule can give.
var errnos = map[string]syscall.Errno{
	"EACCES":    syscall.EACCES,
	"EDQUOT":    syscall.EDQUOT,
	"EIO":       syscall.EIO,
	"ENOSPC":    syscall.ENOSPC,
	"EPERM":     syscall.EPERM,
	"EROFS":     syscall.EROFS,
	"ESTALE":    syscall.ESTALE,
	"ETIMEDOUT": syscall.ETIMEDOUT,
}

// Rule is one fault. It applies to some operations, holds them up or fails them.
type Rule struct {
	text  string // verb and arguments, OPS as given
	ops   []Operation
	hang  bool
	delay time.Duration
	errno syscall.Errno
	left  int64 // operations that it still applies to; below 0: without end. Belongs to Gate.mu
}

// SyntaxError says what is wrong with a fault and how it should be.
type SyntaxError struct {
	Problem string
}

func (e *SyntaxError) Error() string { return e.Problem }

// usages are the faults that ParseRule reads.
var usages = map[string]string{
	"hang":  "hang [OPS]",
	"delay": "delay MS [OPS]",
	"error": "error ERRNO [OPS] [COUNT]",
}

// ParseRule reads a fault as usages lays it out. OPS are operations or groups with commas between them.
// Errors: *SyntaxError.
func ParseRule(words []string) (*Rule, error) {
	take := func() (word string) {
		if len(words) > 0 {
			word, words = words[0], words[1:]
		}
		return word
	}
	verb := take()
	usage, ok := usages[verb]
	if !ok {
		return nil, &SyntaxError{fmt.Sprintf("%q is no fault: use %s", verb, sortedKeys(usages))}
	}
	wrong := func(format string, args ...any) (*Rule, error) {
		return nil, &SyntaxError{fmt.Sprintf(format, args...) + "; usage: " + usage}
	}
	r := &Rule{text: verb, left: -1}
	switch verb {
	case "hang":
		r.hang = true
	case "delay":
		word := take()
		ms, err := strconv.ParseUint(word, 10, 31)
		if err != nil || ms == 0 {
			return wrong("%q is no number of milliseconds", word)
		}
		r.delay = time.Duration(ms) * time.Millisecond
		r.text += " " + word
	case "error":
		word := take()
		if r.errno = errnos[word]; r.errno == 0 {
			return wrong("%q is none of %s", word, sortedKeys(errnos))
		}
		r.text += " " + word
	}
	names := cmp.Or(take(), everyOperation)
	for name := range strings.SplitSeq(names, ",") {
		ops, ok := operations[name]
		if !ok {
			return wrong("%q is no operation: OPS is some of %s", name, sortedKeys(operations))
		}
		r.ops = append(r.ops, ops...)
	}
	r.text += " " + names
	if word := take(); word != "" {
		left, err := strconv.ParseInt(word, 10, 64)
		if verb != "error" || err != nil || left < 1 {
			return wrong("%q is no COUNT, or has no place here", word)
		}
		r.left = left
	}
	if len(words) > 0 {
		return wrong("%q is too much: OPS is one word, with commas", strings.Join(words, " "))
	}
	return r, nil
}

// String gives the rule as it was written, and how often it still applies.
func (r *Rule) String() string {
	if r.left < 0 {
		return r.text
	}
	return fmt.Sprintf("%s %d", r.text, r.left)
}

// applies tells whether the rule is about op, and counts it if so.
func (r *Rule) applies(op Operation) bool {
	if r.left == 0 || !slices.Contains(r.ops, op) {
		return false
	}
	if r.left > 0 {
		r.left--
	}
	return true
}

func sortedKeys[V any](m map[string]V) string {
	return strings.Join(slices.Sorted(maps.Keys(m)), " ")
}
