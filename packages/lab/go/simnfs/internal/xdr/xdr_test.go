package xdr

import (
	"bytes"
	"encoding/hex"
	"errors"
	"strings"
	"testing"
)

// The file "sillyprog" of RFC 4506 §7.2, byte by byte.
const sillyprog = `
00000009 73696c6c 7970726f 67000000
00000002 00000004 6c697370
00000004 6a6f686e
00000006 28717569 74290000`

func unhex(t *testing.T, text string) []byte {
	t.Helper()
	p, err := hex.DecodeString(strings.Join(strings.Fields(text), ""))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestEncodesTheExampleOfTheRFC(t *testing.T) {
	var e Encoder
	e.String("sillyprog")
	e.Uint32(2) // EXEC
	e.String("lisp")
	e.String("john")
	e.Opaque([]byte("(quit)"))
	if want := unhex(t, sillyprog); !bytes.Equal(e.Bytes(), want) {
		t.Errorf("got  %x\nwant %x", e.Bytes(), want)
	}
}

func TestDecodesTheExampleOfTheRFC(t *testing.T) {
	d := NewDecoder(unhex(t, sillyprog))
	name, kind, interpreter, owner, data := d.String(255), d.Uint32(), d.String(255), d.String(255), d.Opaque(65535)
	if name != "sillyprog" || kind != 2 || interpreter != "lisp" || owner != "john" || string(data) != "(quit)" {
		t.Errorf("got %q %d %q %q %q", name, kind, interpreter, owner, data)
	}
	if d.Err() != nil || d.Len() != 0 {
		t.Errorf("error %v, %d bytes left", d.Err(), d.Len())
	}
}

func TestIntegersAndBooleansAreBigEndian(t *testing.T) {
	var e Encoder
	e.Uint64(0x0102030405060708)
	e.Bool(true)
	e.Bool(false)
	e.Fixed([]byte{0xaa})
	want := unhex(t, "01020304 05060708 00000001 00000000 aa000000")
	if !bytes.Equal(e.Bytes(), want) {
		t.Fatalf("got %x, want %x", e.Bytes(), want)
	}
	d := NewDecoder(e.Bytes())
	if v, yes, no, p := d.Uint64(), d.Bool(), d.Bool(), d.Fixed(1); v != 0x0102030405060708 || !yes || no || p[0] != 0xaa || d.Err() != nil {
		t.Errorf("got %x %v %v %x %v", v, yes, no, p, d.Err())
	}
}

func TestMalformedMessagesAreRefused(t *testing.T) {
	cases := map[string]struct {
		message string
		read    func(*Decoder)
		want    string
	}{
		"integer cut short":       {"000000", func(d *Decoder) { d.Uint32() }, "4 bytes expected, 3 left"},
		"hyper cut short":         {"00000000 0000", func(d *Decoder) { d.Uint64() }, "8 bytes expected, 6 left"},
		"opaque cut short":        {"00000008 01020304", func(d *Decoder) { d.Opaque(64) }, "8 bytes expected, 4 left"},
		"padding missing":         {"00000001 01", func(d *Decoder) { d.Opaque(64) }, "3 bytes expected, 0 left"},
		"opaque above its limit":  {"00000041", func(d *Decoder) { d.Opaque(64) }, "opaque data of 65 bytes, at most 64 allowed"},
		"length near 4 GiB":       {"ffffffff", func(d *Decoder) { d.Opaque(1<<32 - 1) }, "4294967295 bytes expected, 0 left"},
		"boolean that is neither": {"00000002", func(d *Decoder) { d.Bool() }, "boolean is 2"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			d := NewDecoder(unhex(t, c.message))
			c.read(d)
			var malformed *Error
			if !errors.As(d.Err(), &malformed) || malformed.What != c.want {
				t.Fatalf("got %v, want %q", d.Err(), c.want)
			}
			if d.Uint32() != 0 || d.String(9) != "" || d.Err() != malformed {
				t.Error("reads after an error must give zero values and keep the first error")
			}
		})
	}
}
