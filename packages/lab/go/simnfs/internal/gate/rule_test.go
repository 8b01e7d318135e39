package gate

import (
	"errors"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestParsesFaults(t *testing.T) {
	cases := map[string]struct {
		want    Rule
		applies []Operation
		not     []Operation
	}{
		"hang":                     {Rule{text: "hang all", hang: true, left: -1}, []Operation{opRead, opStatFS}, nil},
		"hang all":                 {Rule{text: "hang all", hang: true, left: -1}, []Operation{opRead, opStatFS}, nil},
		"hang fsync":               {Rule{text: "hang fsync", hang: true, left: -1}, []Operation{opFsync}, []Operation{opWrite, opFlush}},
		"delay 250 read,sync":      {Rule{text: "delay 250 read,sync", delay: 250 * time.Millisecond, left: -1}, []Operation{opRead, opFsync, opFlush}, []Operation{opWrite}},
		"error ENOSPC grow":        {Rule{text: "error ENOSPC grow", errno: syscall.ENOSPC, left: -1}, []Operation{opWrite, opCreate, opMkdir}, []Operation{opUnlink, opRead}},
		"error EIO fsync 1":        {Rule{text: "error EIO fsync", errno: syscall.EIO, left: 1}, []Operation{opFsync}, []Operation{opFsync}},
		"error ESTALE":             {Rule{text: "error ESTALE all", errno: syscall.ESTALE, left: -1}, []Operation{opLookup}, nil},
		"error EROFS modify,write": {Rule{text: "error EROFS modify,write", errno: syscall.EROFS, left: -1}, []Operation{opSetAttr, opRename}, []Operation{opOpen}},
	}
	for text, c := range cases {
		t.Run(text, func(t *testing.T) {
			r, err := ParseRule(strings.Fields(text))
			if err != nil {
				t.Fatal(err)
			}
			if r.text != c.want.text || r.hang != c.want.hang || r.delay != c.want.delay || r.errno != c.want.errno || r.left != c.want.left {
				t.Errorf("got %+v, want %+v", *r, c.want)
			}
			for _, op := range c.applies {
				if !r.applies(op) {
					t.Errorf("does not apply to %s", op)
				}
			}
			for _, op := range c.not {
				if r.applies(op) {
					t.Errorf("applies to %s", op)
				}
			}
		})
	}
}

func TestRefusesFaultsThatItDoesNotUnderstand(t *testing.T) {
	for text, want := range map[string]string{
		"":                      `"" is no fault: use delay error hang`,
		"explode":               `"explode" is no fault: use delay error hang`,
		"hang wriet":            `"wriet" is no operation: OPS is some of access all create data`,
		"hang read write":       `"write" is no COUNT, or has no place here; usage: hang [OPS]`,
		"hang read,":            `"" is no operation`,
		"delay":                 `"" is no number of milliseconds; usage: delay MS [OPS]`,
		"delay soon":            `"soon" is no number of milliseconds`,
		"delay 0":               `"0" is no number of milliseconds`,
		"delay -5":              `"-5" is no number of milliseconds`,
		"delay 5 read 3":        `"3" is no COUNT, or has no place here; usage: delay MS [OPS]`,
		"error":                 `"" is none of EACCES EDQUOT EIO ENOSPC EPERM EROFS ESTALE ETIMEDOUT; usage: error ERRNO [OPS] [COUNT]`,
		"error EWHAT":           `"EWHAT" is none of EACCES`,
		"error EIO fsync never": `"never" is no COUNT`,
		"error EIO fsync 0":     `"0" is no COUNT`,
		"error EIO fsync 1 2":   `"2" is too much: OPS is one word, with commas`,
	} {
		t.Run(text, func(t *testing.T) {
			_, err := ParseRule(strings.Fields(text))
			var syntax *SyntaxError
			if !errors.As(err, &syntax) || !strings.HasPrefix(err.Error(), want) {
				t.Errorf("got  %v\nwant %s…", err, want)
			}
		})
	}
}

func TestCountsDownTheOperationsThatFail(t *testing.T) {
	r, err := ParseRule([]string{"error", "EIO", "fsync,write", "2"})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []bool{true, true, false} {
		if r.applies(opRead) {
			t.Fatal("applies to read")
		}
		if got := r.applies(opWrite); got != want {
			t.Errorf("operation %d: applies is %v, %q", i+1, got, r)
		}
	}
}
