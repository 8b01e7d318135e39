package compile

import (
	"fmt"
	"net/netip"
	"strings"
)

// head replaces the table in one transaction, and looks at what is forwarded from, to and between pods, on this node
// (bridged packets come by too: net.bridge.bridge-nf-call-iptables) and across nodes. That is after a Service's address
// was replaced by a pod's. The answers to what was let through pass, and so does a connection that is older than the
// policy that closes its way.
//
// What the node itself sends takes the output hook, which is left alone: kubelet's probes always arrive. What a pod
// sends to its own node takes the input hook and is looked at, as by k3s's policy controller: otherwise a pod beside the
// API server could reach it whatever its policies say.
const head = `add table inet policies
delete table inet policies
table inet policies {
	chain forward {
		type filter hook forward priority filter - 1; policy accept;
		ct state established,related accept
		jump egress
		jump ingress
	}
	chain input {
		type filter hook input priority filter - 1; policy accept;
		iifname lo accept
		ct state established,related accept
		jump egress
	}
`

// services is k3s's range of Service addresses. A packet still has one only if no pod stands behind it: else it has the
// pod's by now.
const services = "10.43.0.0/16"

// String is the table as the standard input of `nft -f -`. A packet has to get through its sender's chain and its
// receiver's: what returns is allowed so far.
func (table Table) String() string {
	var text strings.Builder
	text.WriteString(head)
	for _, filter := range table.Filters {
		if filter.Closed.Egress {
			text.WriteString(chain("egress", filter, "ip daddr", filter.Egress, refuseServices))
		}
		if filter.Closed.Ingress {
			text.WriteString(chain("ingress", filter, "ip saddr", filter.Ingress, ""))
		}
	}
	text.WriteString(table.dispatch("egress", "ip saddr", table.Unknown.Egress, func(closed Closed) bool { return closed.Egress }))
	text.WriteString(table.dispatch("ingress", "ip daddr", table.Unknown.Ingress, func(closed Closed) bool { return closed.Ingress }))
	text.WriteString("}\n")
	return text.String()
}

// refuseServices rejects connections to a Service without endpoints, as kube-proxy does for pods without policies: the
// client can retry soon instead of waiting for a timeout.
const refuseServices = "\t\tip daddr " + services + " counter reject\n"

// chain allows a pod to reach itself, which no policy can deny, and what its policies allow.
func chain(direction string, filter Filter, peer string, open []string, others string) string {
	var text strings.Builder
	fmt.Fprintf(&text, "\tchain %s_%s { # %s\n", direction, filter.Address, filter.Pod)
	fmt.Fprintf(&text, "\t\t%s %s return\n", peer, filter.Address)
	for _, match := range open {
		fmt.Fprintf(&text, "\t\t%s\n", strings.TrimSpace(match+" return"))
	}
	text.WriteString(others + "\t\tcounter drop\n\t}\n")
	return text.String()
}

// dispatch sends packets of, or to, the node's closed pods to their chains, and drops those of addresses that
// are not known yet. Their datagrams are rejected rather than dropped: a resolver without an answer waits five seconds.
func (table Table) dispatch(direction, self string, unknownClosed bool, closed func(Closed) bool) string {
	var jumps []string
	for _, filter := range table.Filters {
		if closed(filter.Closed) {
			jumps = append(jumps, fmt.Sprintf("%s : jump %s_%s", filter.Address, direction, filter.Address))
		}
	}
	var text strings.Builder
	fmt.Fprintf(&text, "\tchain %s {\n", direction)
	if len(jumps) > 0 {
		fmt.Fprintf(&text, "\t\t%s vmap { %s }\n", self, strings.Join(jumps, ", "))
	}
	if unknownClosed && table.Range.IsValid() {
		unknown := fmt.Sprintf("%s %s", self, table.Range) + except(self, table.Known)
		fmt.Fprintf(&text, "\t\t%s meta l4proto 17 counter reject\n\t\t%s counter drop\n", unknown, unknown)
	}
	text.WriteString("\t}\n")
	return text.String()
}

func except(field string, known []netip.Addr) string {
	if len(known) == 0 {
		return ""
	}
	var all []string
	for _, address := range known {
		all = append(all, address.String())
	}
	return fmt.Sprintf(" %s != { %s }", field, strings.Join(all, ", "))
}

// Summary describes the table in one line, for the log.
func (table Table) Summary() string {
	var closed []string
	for _, filter := range table.Filters {
		closed = append(closed, filter.Pod)
	}
	text := fmt.Sprintf("%d pods here, %d with policies", len(table.Known), len(closed))
	if len(closed) > 0 {
		text += ": " + strings.Join(closed, " ")
	}
	if table.Unknown != (Closed{}) {
		text += "; unknown addresses are closed"
	}
	return text
}
