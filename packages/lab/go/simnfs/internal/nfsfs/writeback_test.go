package nfsfs

import "testing"

func written(number, offset uint64, size int) *write {
	return &write{number: number, offset: offset, data: make([]byte, size)}
}

func TestWritesThatShareAPageFlyOneAfterTheOther(t *testing.T) {
	flying := written(1, 8192, 4096) // the third page alone
	cases := map[string]struct {
		offset uint64
		size   int
		want   bool
	}{
		"the page before":            {4096, 4096, false},
		"the page behind":            {12288, 1, false},
		"the same":                   {8192, 4096, true},
		"another part of it":         {12287, 1, true},
		"across its start":           {8191, 2, true},
		"around it":                  {0, 1 << 16, true},
		"far behind, above 32 bits":  {1<<44 + 8192, 4096, false},
		"from far before to just it": {0, 8193, true},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			b := writeback{flying: []*write{flying}}
			if got := b.collides(written(2, c.offset, c.size)); got != c.want {
				t.Errorf("collides is %v", got)
			}
		})
	}
}

func TestNothingNewStartsWhileWritesAreRepeated(t *testing.T) {
	b := writeback{repeating: true}
	if !b.collides(written(1, 0, 1)) || !b.flyingUpTo(0) {
		t.Error("a write or a read could overtake what is sent again")
	}
}

func TestWaitsOnlyForEarlierWrites(t *testing.T) {
	b := writeback{flying: []*write{written(3, 0, 1), written(7, 8192, 1)}}
	for number, want := range map[uint64]bool{2: false, 3: true, 6: true, 7: true} {
		if got := b.flyingUpTo(number); got != want {
			t.Errorf("up to %d: %v", number, got)
		}
	}
	b.landed(b.flying[0])
	if b.flyingUpTo(6) || !b.flyingUpTo(7) {
		t.Errorf("after the first one landed: %v", b.flying)
	}
}

func TestAChangedVerifierIsNoticedInAnyOfTheWrites(t *testing.T) {
	a, b, c := written(1, 0, 1), written(2, 4096, 1), written(3, 8192, 1)
	a.verifier, b.verifier, c.verifier = 5, 5, 6
	kept := writeback{kept: []*write{a, b, c}}
	if !kept.keepsUnder(5, 2) {
		t.Error("two writes under the COMMIT's own verifier count as lost")
	}
	if kept.keepsUnder(5, 3) || kept.keepsUnder(6, 3) {
		t.Error("a write under another verifier counts as stored")
	}
}
