/// First in, first out, both in constant time on average.
struct Queue<Element> {
  private var elements: [Element?] = []
  private var head = 0

  var count: Int { elements.count - head }
  var isEmpty: Bool { count == 0 }

  mutating func append(_ element: Element) {
    elements.append(element)
  }

  mutating func popFirst() -> Element? {
    guard head < elements.count else { return nil }
    let element = elements[head]
    elements[head] = nil
    head += 1
    if head * 2 >= elements.count {
      elements.removeFirst(head)
      head = 0
    }
    return element
  }

  mutating func removeFirst(where matches: (Element) -> Bool) -> Element? {
    guard let index = elements[head...].firstIndex(where: { $0.map(matches) ?? false }) else { return nil }
    return elements.remove(at: index)
  }

  mutating func removeAll(where matches: (Element) -> Bool) -> [Element] {
    let removed = elements[head...].compactMap { $0 }.filter(matches)
    if !removed.isEmpty {
      elements = elements[head...].filter { !($0.map(matches) ?? true) }
      head = 0
    }
    return removed
  }
}
