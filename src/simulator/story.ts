// The only prose that the simulator knows. Plain words, so that a word stays close to a token.
export const storyText = [
  'The harbour of Lorn lay behind a bar of sand that moved with every storm.',
  'No chart of it stayed true for long, and so the ships that came in took old Marit on board.',
  'On the first cold day of the year a grey ship stood off the coast with flags for help.',
  'Marit rowed out alone, climbed the ladder, and asked for the wheel and a cup of tea.',
  'The captain was young and had three charts, each from a good shop, and no two of them agreed.',
  'Which of them is right, he asked, and Marit looked at all three for a long time.',
  'This one was right in spring, she said, and that one is right about the rocks but not about the sand.',
  'Then how do you choose, asked the captain, and the wind began to rise.',
  'I ask each of them for the part that it knows, she said, and I watch the water while they answer.',
  'She sent a boy to the bow with a lead line and told him to call out every depth.',
  'The first channel was closed, so she turned before the keel could touch and took the next.',
  'The second was open but narrow, and a fishing boat lay across it with a broken mast.',
  'The third way was longer, and it brought them in past the light just as the lamp was lit.',
  'The captain counted out the money for three channels, because they had tried three.',
  'Marit gave most of it back and kept the price of one.',
  'You pay for the way that brought you home, she said, and for nothing else.',
  'Then she wrote the depths of that day in a small book, so that the next ship would know.',
].join(' ');

export const plainText =
  'a line from the bow runs to the block and then to the winch where it holds the weight of the sail and does not slip';
