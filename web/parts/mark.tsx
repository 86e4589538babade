/** A rope through a ring, which is what a fairlead is. */
export function Mark() {
  return (
    <svg
      viewBox="0 0 20 20"
      className="size-5 text-accent"
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      aria-hidden="true"
    >
      <circle cx="10" cy="10" r="5.5" />
      <path d="M1 15.5C6 15.5 6 4.5 19 4.5" strokeLinecap="round" />
    </svg>
  );
}
